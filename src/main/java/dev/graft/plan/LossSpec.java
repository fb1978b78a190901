package dev.graft.plan;

/** The loss that training minimises. */
public sealed interface LossSpec permits CrossEntropy, Focal, BinaryCrossEntropy {
    /** Cross-entropy: the mean over a batch of minus the logarithm of the true class's probability. */
    LossSpec CROSS_ENTROPY = CrossEntropy.STANDARD;

    /** Binary cross-entropy, for multi-label models: the mean over batch and labels, each label by itself. */
    LossSpec BINARY_CROSS_ENTROPY = BinaryCrossEntropy.STANDARD;

    /** How much each class counts. */
    ClassWeights weights();
}
