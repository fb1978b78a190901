/** Trains a plan several times, by folds, seeds and grid points, and says how far the results may be trusted. */
package dev.graft.study;
