package dev.graft.inspect;

import java.util.Arrays;
import java.util.Optional;

/** The smallest, the middle and the largest of some numbers. The median of an even count is the lower of the two. */
public record Spread(long min, long median, long max) {
    /** Empty for no numbers. */
    static Optional<Spread> of(long[] numbers) {
        if (numbers.length == 0) return Optional.empty();
        long[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return Optional.of(new Spread(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]));
    }
}
