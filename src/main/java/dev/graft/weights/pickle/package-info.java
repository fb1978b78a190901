/** Reads and writes Python's pickles as data: numbers, texts, containers and tensors, nothing that runs. Not exported. */
package dev.graft.weights.pickle;
