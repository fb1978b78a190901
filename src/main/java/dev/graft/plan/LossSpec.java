package dev.graft.plan;

import java.util.List;

/** The loss that training minimises. */
public sealed interface LossSpec permits CrossEntropy, Focal, BinaryCrossEntropy {
    /** Cross-entropy: the mean over a batch of minus the logarithm of the true class's probability. */
    LossSpec CROSS_ENTROPY = new CrossEntropy(0, ClassWeights.NONE);

    /** Binary cross-entropy, for multi-label models: the mean over batch and labels, each label by itself. */
    LossSpec BINARY_CROSS_ENTROPY = new BinaryCrossEntropy(List.of());

    /** How much each class counts; by default all the same. */
    default ClassWeights weights() {
        return ClassWeights.NONE;
    }
}
