package dev.graft.plan;

import java.util.Optional;

/**
 * As many draws in an epoch as there are pictures, with replacement, each class as often as the others on average: {@code
 * torch.utils.data.WeightedRandomSampler} with one over the size of a picture's class as its weight.
 */
public record Balanced() implements Sampling {
    @Override
    public Optional<double[]> weights(ClassSizes sizes) {
        return Optional.of(
                sizes.pictures().stream().mapToDouble(n -> 1.0 / n).toArray()); // nobody draws from a class without any
    }
}
