package dev.graft.plan;

import java.util.Objects;

/**
 * Learning rates that are multiplied by a number again and again, at equal distances; PyTorch's {@code StepLR}.
 *
 * @param length the distance in epochs or steps, at least 1
 * @param gamma the number, above 0 and at most 1
 * @param every what is counted
 */
public record Step(int length, double gamma, Every every) implements Schedule {
    /** Checks the ranges. */
    public Step {
        TrainingPlan.requirePositive("length", length);
        Ranges.share("gamma", gamma);
        Objects.requireNonNull(every, "every");
    }

    @Override
    public double factor(At at) {
        return Math.pow(gamma, at.done(every) / length);
    }

    @Override
    public boolean dependsOnLength() {
        return false;
    }
}
