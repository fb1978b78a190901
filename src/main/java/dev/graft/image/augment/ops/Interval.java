package dev.graft.image.augment.ops;

/**
 * A range of numbers that are drawn with equal probability.
 *
 * @param from finite
 * @param to at least {@code from}, finite
 */
public record Interval(double from, double to) {
    /** Checks the order. */
    public Interval {
        if (!(from <= to) || Double.isInfinite(from) || Double.isInfinite(to))
            throw new IllegalArgumentException(
                    "augmentation: an interval must have from <= to, both finite, was " + from + " to " + to);
    }

    /** From {@code -most} to {@code most}. */
    public static Interval around0(double most) {
        return new Interval(-most, most);
    }

    /** Only one number. */
    public static Interval of(double only) {
        return new Interval(only, only);
    }

    double at(double share) {
        return from + (to - from) * share;
    }

    boolean isOnly(double value) {
        return from == value && to == value;
    }

    /** Refuses an interval that reaches beyond limits. */
    void within(String name, double least, double most) {
        if (from < least || to > most)
            throw new IllegalArgumentException("augmentation: " + name + " must lie between " + least + " and " + most
                    + ", was " + from + " to " + to);
    }
}
