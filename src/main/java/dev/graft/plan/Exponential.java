package dev.graft.plan;

import java.util.Objects;

/**
 * Learning rates that are multiplied by a number after every epoch or step; PyTorch's {@code ExponentialLR}.
 *
 * @param gamma the number, above 0 and at most 1
 * @param every when they change
 */
public record Exponential(double gamma, Every every) implements Schedule {
    /** Checks the ranges. */
    public Exponential {
        Ranges.share("gamma", gamma);
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
