package dev.graft.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * One step's pictures in host memory, on loan from the loader: valid until the stream's next batch is taken.
 *
 * @param pixels uint8 [capacity, height, width, 3], or float32 of the same shape when already normalised; only the first
 *     {@code size} rows count
 * @param labels class index of each row
 * @param samples index into the list of samples of each row
 * @param size how many rows count
 */
public record HostBatch(Tensor pixels, long[] labels, int[] samples, int size) {}
