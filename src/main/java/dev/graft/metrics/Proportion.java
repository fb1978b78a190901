package dev.graft.metrics;

/**
 * A fraction of counted samples, with its uncertainty.
 *
 * @param count how many samples it is true for, 0 to {@code of}
 * @param of the number of samples
 */
public record Proportion(int count, int of) {
    /** The 97.5% quantile of the standard normal distribution: 95% lie within. */
    static final double Z95 = 1.959963984540054;

    /** Checks the range. */
    public Proportion {
        if (count < 0 || count > of)
            throw new IllegalArgumentException("proportion: count must be 0 to " + of + ", was " + count);
    }

    /** The fraction, 0..1; NaN of no samples. */
    public double value() {
        return (double) count / of;
    }

    /** The lower end of {@link #interval}. */
    public double low() {
        return interval().low();
    }

    /** The upper end of {@link #interval}. */
    public double high() {
        return interval().high();
    }

    /**
     * The 95% confidence interval by Wilson's score, without continuity correction (Wilson, Probable inference, the law of
     * succession, and statistical inference, 1927): within 0..1, and of some width also at 0 and 1. NaN of no samples.
     */
    public Interval interval() {
        double n = of;
        double p = value();
        double square = Z95 * Z95;
        double middle = (p + square / (2 * n)) / (1 + square / n);
        double half = Z95 / (1 + square / n) * Math.sqrt(p * (1 - p) / n + square / (4 * n * n));
        return new Interval(count == 0 && of > 0 ? 0 : middle - half, count == of && of > 0 ? 1 : middle + half);
    }
}
