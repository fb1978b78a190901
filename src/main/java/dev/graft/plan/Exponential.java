package dev.graft.plan;

import java.util.Objects;

/**
 * Learning rates that are multiplied by a number after every epoch or step; PyTorch's {@code ExponentialLR}.
 *
 * @param gamma the number, above 0; above 1 they rise
 * @param every when they change
 */
public record Exponential(double gamma, Every every) implements Schedule {
    /** Checks the ranges. */
    public Exponential {
        if (!(gamma > 0 && Double.isFinite(gamma)))
            throw new IllegalArgumentException("gamma must be above 0, was " + gamma);
        Objects.requireNonNull(every, "every");
    }

    @Override
    public double factor(At at) {
        return Math.pow(gamma, at.done(every));
    }

    @Override
    public boolean dependsOnLength() {
        return false;
    }
}
