package dev.graft.predict;

import java.time.Duration;

/**
 * Hears what becomes of a predictor's single pictures, for counts and latencies. Its methods are called by several threads, also by the one
 * that computes: they return at once and call nothing of the predictor. What they throw is logged.
 */
public interface PredictorListener {
    /**
     * An answer.
     *
     * @param batch how many pictures were computed at once
     * @param decoded from the acceptance until the pixels were there
     * @param computed the time of the network, for the whole batch
     * @param total from the acceptance to the answer
     */
    record Timing(int batch, Duration decoded, Duration computed, Duration total) {}

    /** A picture was classified. */
    default void answered(Timing timing) {}

    /** An accepted picture was not classified: it cannot be read, its caller cancelled it, or its deadline passed. */
    default void failed(Throwable why) {}

    /** A picture found no place. */
    default void refused() {}
}
