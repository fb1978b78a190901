package dev.graft.batch;

/** The memory layout of pictures and convolution weights. */
public enum Layout {
    /** Channel after channel (NCHW): PyTorch's default. */
    CONTIGUOUS,
    /** The channels of each pixel side by side (NHWC): faster for convolutions on processors and tensor cores. */
    CHANNELS_LAST
}
