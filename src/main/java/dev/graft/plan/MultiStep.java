package dev.graft.plan;

import java.util.List;
import java.util.Objects;

/**
 * Learning rates that are multiplied by a number at given places; PyTorch's {@code MultiStepLR}.
 *
 * @param at the numbers of epochs or steps done after which they are multiplied, each at least 1, in ascending order; two equal ones
 *     multiply twice
 * @param gamma the number, above 0 and at most 1
 * @param every what is counted
 */
public record MultiStep(List<Integer> at, double gamma, Every every) implements Schedule {
    /** Checks the ranges. */
    public MultiStep {
        at = List.copyOf(at);
        Ranges.share("gamma", gamma);
        Objects.requireNonNull(every, "every");
        int before = 1;
        for (int place : at) {
            if (place < before)
                throw new IllegalArgumentException(
                        "plan: the places of a multistep schedule must be at least 1 and ascend, were " + at);
            before = place;
        }
        if (at.isEmpty())
            throw new IllegalArgumentException(
                    "plan: a multistep schedule has no places; give at least one, or take" + " constant rates");
    }

    @Override
    public double factor(At now) {
        return Math.pow(
                gamma, at.stream().filter(place -> place <= now.done(every)).count());
    }

    @Override
    public boolean dependsOnLength() {
        return false;
    }
}
