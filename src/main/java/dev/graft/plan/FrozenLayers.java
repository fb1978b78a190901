package dev.graft.plan;

/** How often pictures pass through the frozen layers that come before the first layer that learns. */
public enum FrozenLayers {
    /** In every epoch, as PyTorch's tutorial has it: in training mode they count batch statistics and drop, although frozen. */
    EVERY_EPOCH,
    /** Once: they stay in evaluation mode, so what they make of a picture is computed once and kept. */
    ONCE
}
