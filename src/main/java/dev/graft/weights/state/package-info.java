/** Reads what torch.save wrote, in a zip or from before PyTorch 1.6. Not exported. */
package dev.graft.weights.state;
