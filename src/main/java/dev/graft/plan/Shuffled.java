package dev.graft.plan;

import java.util.Optional;

/** Each picture once in an epoch, in an order that PyTorch's generator draws, as {@code torch.utils.data.RandomSampler}. */
public record Shuffled() implements Sampling {
    @Override
    public Optional<double[]> weights(ClassSizes sizes) {
        return Optional.empty();
    }
}
