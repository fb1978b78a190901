package dev.graft.head;

/**
 * The result of cross-validation for one setting.
 *
 * @param losses for each picture, the mean loss over the repeats; NaN if no fold could judge it
 * @param right for each picture, the fraction of the repeats in which it was classified correctly, 0..1; NaN if no fold
 *     could judge it
 */
record Judged(Trial trial, double[] losses, double[] right, OutOfFold outOfFold) {
    /** The mean of values and its standard error. NaN values are ignored. */
    static Trial.Estimate estimate(double[] values) {
        return new Trial.Estimate(mean(values), error(values));
    }

    /** The standard error of the mean of values. NaN values are ignored. */
    private static double error(double[] values) {
        double mean = mean(values);
        double squares = 0;
        int n = 0;
        for (double v : values) {
            if (Double.isNaN(v)) continue;
            squares += (v - mean) * (v - mean);
            n++;
        }
        return n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n);
    }

    /** The mean of values. NaN values are ignored. */
    private static double mean(double[] values) {
        double sum = 0;
        int n = 0;
        for (double v : values) {
            if (Double.isNaN(v)) continue;
            sum += v;
            n++;
        }
        return sum / n;
    }

    /** The standard error, over the pictures, of the mean difference in loss to another setting. */
    double lossDifferenceError(Judged other) {
        double[] differences = losses.clone();
        for (int i = 0; i < differences.length; i++) differences[i] -= other.losses[i];
        return error(differences);
    }
}
