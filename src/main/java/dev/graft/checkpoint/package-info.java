/** Writes the complete state of a run to one file, and reads it, so that a resumed run ends with the same bytes. */
package dev.graft.checkpoint;
