/** Turns what a classifier said of a list of samples into numbers that say how good it was. Knows nothing of how it was trained. */
package dev.graft.metrics;
