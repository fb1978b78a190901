package dev.graft.plan;

/** What is made small. */
public sealed interface LossSpec permits CrossEntropy {
    /** The mean over a batch of minus the logarithm of the right class's probability. */
    LossSpec CROSS_ENTROPY = new CrossEntropy();
}
