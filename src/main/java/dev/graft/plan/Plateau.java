package dev.graft.plan;

/**
 * Learning rates that are multiplied by a number when the loss on the validation pictures no longer falls; PyTorch's {@code
 * ReduceLROnPlateau} with {@code mode="min"}, {@code threshold_mode="rel"} and {@code cooldown=0}.
 *
 * @param gamma the number, above 0 and below 1
 * @param patience the number of epochs in succession without a better loss that change nothing, at least 0; one more multiplies
 * @param threshold a loss is better if it is below the best one times 1 - threshold; 0 to below 1
 * @param leastFactor of the planned learning rates, 0 to 1; they do not fall below it
 */
public record Plateau(double gamma, int patience, double threshold, double leastFactor) implements Schedule {
    /** PyTorch's defaults: gamma 0.1, patience 10, threshold 1e-4, no least factor. */
    public static final Plateau STANDARD = new Plateau(0.1, 10, 1e-4, 0);

    /** Checks the ranges. */
    public Plateau {
        if (!(gamma > 0 && gamma < 1))
            throw new IllegalArgumentException("gamma must be above 0 and below 1, was " + gamma);
        if (patience < 0) throw new IllegalArgumentException("patience must be at least 0, was " + patience);
        Ranges.fraction("threshold", threshold);
        if (!(leastFactor >= 0 && leastFactor <= 1))
            throw new IllegalArgumentException("least factor must be between 0 and 1, was " + leastFactor);
    }

    @Override
    public double factor(At at) {
        double factor = 1;
        double best = Double.POSITIVE_INFINITY;
        int without = 0;
        for (double loss : at.losses()) {
            if (loss < best * (1 - threshold)) {
                best = loss;
                without = 0;
            } else if (++without > patience) {
                factor = Math.max(factor * gamma, leastFactor);
                without = 0;
            }
        }
        return factor;
    }

    @Override
    public boolean dependsOnLength() {
        return false;
    }

    @Override
    public boolean dependsOnLosses() {
        return true;
    }
}
