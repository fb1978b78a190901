package dev.graft.batch;

/**
 * How a stream divides its order into batches.
 *
 * @param size pictures in a full batch, from 1 to the loader's batch size
 * @param keepsEmpty whether a batch of which no picture could be read is given too, with a size of 0. Otherwise it is passed over
 */
public record Portion(int size, boolean keepsEmpty) {
    /** Checks the size. */
    public Portion {
        if (size < 1) throw new IllegalArgumentException("loader: a batch must have at least 1 picture, was " + size);
    }
}
