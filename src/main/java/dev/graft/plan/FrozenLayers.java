package dev.graft.plan;

/** How often each picture passes through the frozen layers before the first layer that learns. */
public enum FrozenLayers {
    /**
     * In every epoch, as in PyTorch's tutorial. In training mode, batch norms in frozen layers still update their
     * statistics, and dropout is active.
     */
    EVERY_EPOCH,
    /** Once: the frozen layers stay in evaluation mode, so the features of a picture are computed once and kept. */
    ONCE
}
