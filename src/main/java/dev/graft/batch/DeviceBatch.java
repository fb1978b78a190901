package dev.graft.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * One step's pictures on the device. Both tensors belong to the scope that was open when the batch was made.
 *
 * @param images float32 [size, 3, height, width], normalised, channels_last or contiguous as the plan says
 * @param labels int64 [size], class indices
 * @param size how many pictures
 */
public record DeviceBatch(Tensor images, Tensor labels, int size) {}
