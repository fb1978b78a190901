package dev.graft.predict;

import java.time.Duration;
import java.util.Objects;

/**
 * How a predictor computes single pictures that are asked for at the same time. Those that arrive while the network computes are its
 * next batch: nobody waits for a batch to fill unless {@code delay} says so.
 *
 * <p>An answer depends on the batch in its last bits: LibTorch rounds differently at other batch sizes (1e-6). {@link #ALONE} gives the
 * same bits always.
 *
 * @param usual how many pictures are usually computed at once, at least 1, for which the weights are packed
 * @param most pictures that are computed at once at most, at least 1
 * @param delay how long a batch that is not full waits for more; zero: it does not
 * @param queue how many requests may be accepted and not answered yet, at least 1. Each holds the pixels of its picture
 * @param whenFull what one more does
 * @param deadline a request that is not answered this long after it was accepted fails; zero: it waits as long as it takes
 */
public record Batching(int usual, int most, Duration delay, int queue, WhenFull whenFull, Duration deadline) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Up to 16 at once, of at most 256 that wait. */
    public static final Batching STANDARD = new Batching(1, 16, Duration.ZERO, 256, WhenFull.WAIT, Duration.ZERO);

    /** Each picture is computed alone. */
    public static final Batching ALONE = STANDARD.withMost(1);

    /** Checks the ranges. */
    public Batching {
        Objects.requireNonNull(whenFull, "whenFull");
        if (usual < 1)
            throw new IllegalArgumentException("predictor: the usual batch must be at least 1, was " + usual);
        atLeastOne("most", most);
        atLeastOne("queue", queue);
        fromZero("delay", delay);
        fromZero("deadline", deadline);
    }

    private static void atLeastOne(String what, int value) {
        if (value < 1) throw new IllegalArgumentException("batching: " + what + " must be at least 1, was " + value);
    }

    private static void fromZero(String what, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0)
            throw new IllegalArgumentException("batching: " + what + " must be 0 to 24 hours, was " + value);
    }

    /** The same with weights packed for batches of this size. */
    public Batching withUsual(int pictures) {
        return new Batching(pictures, most, delay, queue, whenFull, deadline);
    }

    /** The same with other largest batches. */
    public Batching withMost(int pictures) {
        return new Batching(usual, pictures, delay, queue, whenFull, deadline);
    }

    /** The same with batches that wait for more. */
    public Batching withDelay(Duration longest) {
        return new Batching(usual, most, longest, queue, whenFull, deadline);
    }

    /** The same with another number of requests that may wait. */
    public Batching withQueue(int requests, WhenFull then) {
        return new Batching(usual, most, delay, requests, then, deadline);
    }

    /** The same with another deadline. */
    public Batching withDeadline(Duration longest) {
        return new Batching(usual, most, delay, queue, whenFull, longest);
    }
}
