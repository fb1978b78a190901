/** Classifies pictures with a saved model, from any number of threads. */
package dev.graft.predict;
