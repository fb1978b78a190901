/** Reads TorchScript archives as data, and writes them again with other tensors. Not exported. */
package dev.graft.weights.script;
