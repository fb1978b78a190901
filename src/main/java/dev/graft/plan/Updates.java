package dev.graft.plan;

import java.util.Objects;

/**
 * How batches become steps, beside optimizer, schedule and loss.
 *
 * @param mode of the layers that run in every epoch
 * @param accumulate number of batches whose gradients make one step, at least 1. The step's gradient is that of the mean loss of all
 *     pictures of these batches, as if they were one batch. The last step of an epoch may have fewer
 * @param clipping of the gradients
 * @param averaging decay of the exponential moving average of the weights, 0 to below 1: after each step, the average is {@code decay *
 *     average + (1 - decay) * weights}. The evaluation and the saved model have the average. 0 for no average
 * @param decayAll whether weight decay also applies to biases and to the scales and shifts of norms (all parameters with one dimension)
 */
public record Updates(Mode mode, int accumulate, Clipping clipping, double averaging, boolean decayAll) {
    /** A step for each batch, with the gradients as they are; weight decay applies to all parameters. */
    public static Updates in(Mode mode) {
        return new Updates(mode, 1, Clipping.NONE, 0, true);
    }

    /** Checks the ranges. */
    public Updates {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(clipping, "clipping");
        TrainingPlan.requirePositive("accumulate", accumulate);
        if (!(averaging >= 0 && averaging < 1))
            throw new IllegalArgumentException("plan: averaging must be at least 0 and below 1, was " + averaging);
    }

    /** The same in another mode. */
    public Updates withMode(Mode m) {
        return new Updates(m, accumulate, clipping, averaging, decayAll);
    }

    /** The same with another number of batches for a step. */
    public Updates withAccumulate(int batches) {
        return new Updates(mode, batches, clipping, averaging, decayAll);
    }

    /** The same with other limits for gradients. */
    public Updates withClipping(Clipping c) {
        return new Updates(mode, accumulate, c, averaging, decayAll);
    }

    /** The same with another decay of the averaged weights. */
    public Updates withAveraging(double decay) {
        return new Updates(mode, accumulate, clipping, decay, decayAll);
    }

    /** The same, with weight decay for all parameters or only for those with more than one dimension. */
    public Updates withDecayAll(boolean all) {
        return new Updates(mode, accumulate, clipping, averaging, all);
    }
}
