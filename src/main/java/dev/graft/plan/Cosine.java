package dev.graft.plan;

import java.util.Objects;

/**
 * Learning rates that fall to zero along half a cosine over the whole phase (Loshchilov and Hutter, "SGDR", 2017, without restarts);
 * PyTorch's {@code CosineAnnealingLR} with {@code eta_min=0}.
 *
 * @param every when they change
 */
public record Cosine(Every every) implements Schedule {
    /** Checks that the argument is not null. */
    public Cosine {
        Objects.requireNonNull(every, "every");
    }

    @Override
    public double factor(At at) {
        return (1 + Math.cos(Math.PI * at.done(every) / at.all(every))) / 2;
    }

    @Override
    public boolean dependsOnLength() {
        return true;
    }
}
