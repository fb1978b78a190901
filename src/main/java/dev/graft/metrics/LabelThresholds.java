package dev.graft.metrics;

import java.util.Collections;
import java.util.List;

/**
 * When a multi-label model gives a picture a label: when the label's probability, the sigmoid of its logit, is above the
 * label's threshold. Immutable and thread-safe.
 *
 * @param values the threshold of each label, in the order of the labels, from 0 to 1: 0 gives the label to every picture,
 *     1 to none
 */
public record LabelThresholds(List<Double> values) {
    private static final double EVEN = 0.5;

    /** Checks the range. */
    public LabelThresholds {
        values = List.copyOf(values);
        for (int c = 0; c < values.size(); c++) {
            double value = values.get(c);
            if (!(value >= 0 && value <= 1))
                throw new IllegalArgumentException(
                        "thresholds: must be from 0 to 1, was " + value + " for label " + (c + 1));
        }
    }

    /**
     * The threshold 0.5 for each label.
     *
     * @param labels their number, at least 1
     */
    public static LabelThresholds even(int labels) {
        return new LabelThresholds(Collections.nCopies(labels, EVEN));
    }

    /**
     * Whether a picture with this logit gets the label; false for NaN.
     *
     * @param label the index of the label
     */
    public boolean isAbove(int label, float logit) {
        return sigmoid(logit) > values.get(label);
    }

    /** The probability of a label, 0..1: 1 / (1 + exp(-logit)). NaN for NaN. */
    public static double sigmoid(float logit) {
        return 1 / (1 + Math.exp(-(double) logit));
    }
}
