package dev.graft.plan;

/** Whether the pictures of a training batch are mixed with each other. */
public sealed interface Mixing permits Unmixed {
    /** Pictures stay as they are. */
    Mixing NONE = new Unmixed();
}
