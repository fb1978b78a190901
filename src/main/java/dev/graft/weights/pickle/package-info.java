/**
 * Reads and writes Python pickles as data: numbers, texts, containers and tensors. Nothing in them is run. Not exported.
 */
package dev.graft.weights.pickle;
