/** Reads the tensors of programs that torch.export wrote. Not exported. */
package dev.graft.weights.exported;
