/** A run's whole state on disk, from which it goes on to the same bytes. */
package dev.graft.checkpoint;
