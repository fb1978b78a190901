/** Reads and writes the zip archives of torch.save and TorchScript. Not exported. */
package dev.graft.weights.zip;
