package dev.graft.plan;

import java.util.List;
import java.util.Objects;

/**
 * Learning rates that rise along a line to the planned ones, before another schedule begins; PyTorch's {@code LinearLR} and then the other
 * schedule, in a {@code SequentialLR}. The other schedule runs over the rest of the phase: a cosine after a warm-up reaches 0 at the end.
 *
 * <p>After a warm-up of steps, a schedule that changes at each epoch counts epochs from the begin of the phase. After a warm-up of epochs,
 * a {@link Plateau} looks only at the losses after it.
 *
 * @param length of the warm-up in epochs or steps, at least 1
 * @param every what is counted, and when they change
 * @param startFactor the factor of the first epoch or step, above 0 and at most 1
 * @param then the other schedule, not a warm-up
 */
public record Warmup(int length, Every every, double startFactor, Schedule then) implements Schedule {
    /** Checks the ranges. */
    public Warmup {
        TrainingPlan.requirePositive("length", length);
        Objects.requireNonNull(every, "every");
        Ranges.share("start factor", startFactor);
        Objects.requireNonNull(then, "then");
        if (then instanceof Warmup)
            throw new IllegalArgumentException("plan: a warm-up goes before another warm-up; use one of them");
    }

    @Override
    public double factor(At at) {
        long done = at.done(every);
        return done < length ? startFactor + (1 - startFactor) * done / length : then.factor(rest(at));
    }

    private At rest(At at) {
        if (every == Every.STEP)
            return new At(at.epoch(), at.epochs(), at.step() - length, at.steps() - length, at.losses());
        long steps = Math.round((double) at.steps() * length / at.epochs());
        List<Double> losses = at.losses()
                .subList(Math.min(length, at.losses().size()), at.losses().size());
        return new At(at.epoch() - length, at.epochs() - length, at.step() - steps, at.steps() - steps, losses);
    }

    @Override
    public boolean dependsOnLength() {
        return then.dependsOnLength();
    }

    @Override
    public boolean dependsOnLosses() {
        return then.dependsOnLosses();
    }
}
