package dev.graft.metrics;

/** One number that says how good a whole of answers is. {@link Metrics} has those that Graft knows; any thread may call one. */
public interface Metric {
    /** Its name in options and reports, such as {@code "accuracy"} or {@code "macro_f1"}. */
    String name();

    /** Its value; NaN where it is not defined, as for no samples. Throws for no {@code Scores}. */
    double of(Scores s);

    /** Whether a greater value is a better one; if not, a lesser one is. */
    default boolean higherIsBetter() {
        return true;
    }
}
