package dev.graft.head;

/**
 * What the folds make of one setting.
 *
 * @param losses of each picture, the mean over the repeats; NaN where no fold could judge
 * @param right in how many of the repeats each picture was, 0..1; NaN where no fold could judge
 */
record Judged(Trial trial, double[] losses, double[] right, OutOfFold outOfFold) {
    /** Of the mean of values, NaNs left out. */
    static Trial.Estimate estimate(double[] values) {
        return new Trial.Estimate(mean(values), error(values));
    }

    /** The standard error of the mean of values, NaNs left out. */
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

    /** The mean of values, NaNs left out. */
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

    /** The standard error of the mean difference to another setting, over the pictures. */
    double lossDifferenceError(Judged other) {
        double[] differences = losses.clone();
        for (int i = 0; i < differences.length; i++) differences[i] -= other.losses[i];
        return error(differences);
    }
}
