/**
 * Turns samples into batches: workers decode pictures into reused buffers, which are moved to the device and normalised
 * there.
 */
package dev.graft.batch;
