package dev.graft.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * One step's pictures in host memory. The loader owns the memory; it is valid until the stream's next batch is taken.
 *
 * @param pixels uint8 [capacity, height, width, 3], or float32 of the same shape if already normalised; only the first
 *     {@code size} rows are used
 * @param labels class index of each row; -1 for a picture with no label or several, see {@link dev.graft.data.Sample#labels}
 * @param samples for each row, the index of its sample in the list
 * @param size number of used rows
 */
public record HostBatch(Tensor pixels, long[] labels, int[] samples, int size) {}
