package dev.graft.plan;

/** The mode of the layers that run in every epoch. */
public enum Mode {
    /**
     * As after PyTorch's {@code model.train()}, also in frozen layers: batch norms use the statistics of each training
     * batch and update the running ones; dropout and stochastic depth are active.
     */
    TRAINING,
    /**
     * As after PyTorch's {@code model.eval()}: batch norms use the running statistics, nothing is dropped. Only dropout in
     * the head of a {@link dev.graft.model.HeadSpec} drops in every training step.
     */
    EVALUATION
}
