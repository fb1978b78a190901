package dev.graft.plan;

/** The loss that training minimises. */
public sealed interface LossSpec permits CrossEntropy, Focal {
    /** Cross-entropy: the mean over a batch of minus the logarithm of the true class's probability. */
    LossSpec CROSS_ENTROPY = new CrossEntropy(0, ClassWeights.NONE);

    /** How much each class counts; by default all the same. */
    default ClassWeights weights() {
        return ClassWeights.NONE;
    }
}
