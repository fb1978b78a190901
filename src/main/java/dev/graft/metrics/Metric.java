package dev.graft.metrics;

/**
 * Computes one number from the scores of all samples. {@link Metrics} has Graft's metrics. Implementations must be
 * thread-safe.
 */
public interface Metric {
    /** Its name in options and reports, such as {@code "accuracy"} or {@code "macro_f1"}. */
    String name();

    /**
     * Its value; NaN if it is not defined, for example without samples. It does not throw for any {@code Scores} of samples
     * with one class each, nor, if {@link #isForMultiLabel}, for any of samples with any number of labels.
     */
    double of(Scores s);

    /** Whether it is also defined for samples with any number of labels ({@link Scores#isMultiLabel}). */
    default boolean isForMultiLabel() {
        return false;
    }

    /** Whether a greater value is better; if false, a smaller value is better. */
    default boolean higherIsBetter() {
        return true;
    }
}
