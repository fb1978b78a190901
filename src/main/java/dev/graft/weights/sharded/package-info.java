/** Reads models that are split into several files with an index. Not exported. */
package dev.graft.weights.sharded;
