package dev.graft.batch;

/** How the numbers of a picture lie in memory. */
public enum Layout {
    /** All of one channel, then the next: PyTorch's default. */
    CONTIGUOUS,
    /** The three channels of one pixel side by side: what convolutions on processors and tensor cores prefer. */
    CHANNELS_LAST
}
