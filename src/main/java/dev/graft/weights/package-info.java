/** Reads tensors by name from files of weights without running any code in them, and writes such files. */
package dev.graft.weights;
