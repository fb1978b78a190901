/** Reads files of torch.save, in a zip or in the format before PyTorch 1.6. Not exported. */
package dev.graft.weights.state;
