/** Reads models that lie in several files beside an index. Not exported. */
package dev.graft.weights.sharded;
