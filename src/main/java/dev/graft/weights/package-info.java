/** Turns files of weights into tensors by name without running anything in them, and writes such files. */
package dev.graft.weights;
