/** Pictures become batches: decoded by a few workers into reused buffers, then moved to the device and normalised there. */
package dev.graft.batch;
