package dev.graft.plan;

import java.util.Map;
import java.util.Optional;

/**
 * As many draws in an epoch as there are pictures, with replacement: {@code torch.utils.data.WeightedRandomSampler} with
 * the weight of a picture's class as its weight. With {@code cat=2} a cat is drawn twice as often as another picture.
 *
 * @param weights class to weight of each of its pictures, 0.000001 to 1,000,000, at least one; a class that is not named
 *     has 1
 */
public record Weighted(Map<String, Double> weights) implements Sampling {
    /** Checks the ranges. */
    public Weighted {
        weights = NamedWeights.checked(weights);
    }

    @Override
    public Optional<double[]> weights(ClassSizes sizes) {
        return Optional.of(NamedWeights.of(weights, sizes.classes()));
    }
}
