/** Describes the tensors in a file of weights (element type, shape, position), and the errors for refused files. */
package dev.graft.weights.tensor;
