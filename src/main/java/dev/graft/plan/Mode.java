package dev.graft.plan;

/** How layers behave that pictures pass in every epoch. */
public enum Mode {
    /**
     * As after PyTorch's {@code model.train()}, which does not spare frozen layers: batch norms use and update the statistics of each
     * training batch, dropout and stochastic depth drop.
     */
    TRAINING,
    /** As after PyTorch's {@code model.eval()}: batch norms use the statistics that they have, nothing is dropped. */
    EVALUATION
}
