package dev.graft.plan;

/**
 * Whether the pictures of a training batch are mixed with each other. Each picture is mixed with the one before it in the
 * batch, the first with the last, as torchvision does; the targets become rows of probabilities, so the loss of such a
 * batch is that of rows. A batch of one picture stays as it is.
 */
public sealed interface Mixing permits Unmixed, MixUp, CutMix, MixUpOrCutMix {
    /** Pictures stay as they are. */
    Mixing NONE = new Unmixed();
}
