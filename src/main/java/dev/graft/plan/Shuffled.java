package dev.graft.plan;

/** Each picture once in an epoch, in an order that PyTorch's generator draws, as {@code torch.utils.data.RandomSampler}. */
public record Shuffled() implements Sampling {}
