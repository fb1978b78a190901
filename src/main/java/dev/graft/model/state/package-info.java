/** Brings tensors from files of weights into LibTorch's memory and back. Not exported. */
package dev.graft.model.state;
