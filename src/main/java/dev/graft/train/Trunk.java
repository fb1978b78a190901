package dev.graft.train;

/** How often pictures pass through what lies before the first layer that learns. */
public enum Trunk {
    /** In every epoch, as the tutorial has it: what is frozen may still count batch statistics, or drop. */
    EVERY_EPOCH,
    /** Once: it stays in evaluation mode, so what it makes of a picture is computed once and kept. */
    ONCE
}
