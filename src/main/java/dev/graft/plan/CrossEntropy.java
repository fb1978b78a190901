package dev.graft.plan;

/** Softmax cross-entropy, as {@code torch.nn.CrossEntropyLoss}: of class indices, or of rows of probabilities. */
public record CrossEntropy() implements LossSpec {}
