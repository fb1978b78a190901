/** Takes TorchScript archives apart as data, and writes them again with other tensors. Not exported. */
package dev.graft.weights.script;
