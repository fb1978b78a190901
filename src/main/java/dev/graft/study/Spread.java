package dev.graft.study;

import java.util.Arrays;
import java.util.Collection;

/**
 * The mean of a metric over runs, and how much it varies. Runs of folds share training pictures, so their standard error
 * is rather too small (Bengio and Grandvalet, No unbiased estimator of the variance of k-fold cross-validation, 2004).
 *
 * @param count number of runs in which the metric has a value
 * @param mean NaN without values
 * @param deviation the standard deviation, with {@code count - 1} in the denominator; NaN for fewer than two values
 * @param error the standard error of the mean, {@code deviation / sqrt(count)}; NaN for fewer than two values
 */
public record Spread(int count, double mean, double deviation, double error) {
    /** The spread of these values; NaN among them are left out. */
    public static Spread of(Collection<Double> values) {
        double[] known = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(v -> !Double.isNaN(v))
                .toArray();
        double mean = Arrays.stream(known).average().orElse(Double.NaN);
        double squares = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
        double deviation = known.length < 2 ? Double.NaN : Math.sqrt(squares / (known.length - 1));
        return new Spread(known.length, mean, deviation, deviation / Math.sqrt(known.length));
    }
}
