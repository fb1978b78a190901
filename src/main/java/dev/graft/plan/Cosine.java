package dev.graft.plan;

import java.util.Objects;

/**
 * Learning rates that fall to zero along half a cosine over the whole phase (Loshchilov and Hutter, "SGDR", 2017, without restarts);
 * PyTorch's {@code CosineAnnealingLR} with {@code eta_min=0}.
 *
 * @param every when they change
 */
public record Cosine(Every every) implements Schedule {
    /** When learning rates change. */
    public enum Every {
        /** At the beginning of each epoch. */
        EPOCH,
        /** Before each step. */
        STEP
    }

    /** Checks that the argument is not null. */
    public Cosine {
        Objects.requireNonNull(every, "every");
    }

    @Override
    public double factor(At at) {
        double done = every == Every.EPOCH ? at.epoch() : at.step();
        double all = every == Every.EPOCH ? at.epochs() : at.steps();
        return (1 + Math.cos(Math.PI * done / all)) / 2;
    }

    @Override
    public boolean dependsOnLength() {
        return true;
    }
}
