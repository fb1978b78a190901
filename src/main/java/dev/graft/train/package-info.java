/** Trains a classifier on samples with a plan: the loop, the step, the optimizer, the evaluation. */
package dev.graft.train;
