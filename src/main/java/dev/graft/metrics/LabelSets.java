package dev.graft.metrics;

import java.util.Objects;

/**
 * The labels of pictures that may have any number of them. The array is not copied: the caller must not change it
 * afterwards.
 *
 * @param has whether a sample has a label, [evaluated samples][labels], all rows of the same length
 * @param thresholds of the labels, for the predictions
 */
public record LabelSets(boolean[][] has, LabelThresholds thresholds) {
    /** Checks that nothing is missing. */
    public LabelSets {
        Objects.requireNonNull(has, "has");
        Objects.requireNonNull(thresholds, "thresholds");
    }
}
