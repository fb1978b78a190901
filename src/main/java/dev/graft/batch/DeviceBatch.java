package dev.graft.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * One step's pictures on the device. The scope that was open when the batch was made owns both tensors.
 *
 * @param images float32 [size, 3, height, width], normalised, in the plan's layout (channels_last or contiguous)
 * @param labels int64 [size], class indices as in {@link HostBatch}; or a loop's own target, such as float32 [size, classes]
 * @param size number of pictures
 */
public record DeviceBatch(Tensor images, Tensor labels, int size) {}
