/** What a file of weights says of its tensors: element type, shape and place, and why a file is refused. */
package dev.graft.weights.tensor;
