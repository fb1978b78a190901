/** Reads tensors from weights files into LibTorch's memory, and writes them back to files. Not exported. */
package dev.graft.model.state;
