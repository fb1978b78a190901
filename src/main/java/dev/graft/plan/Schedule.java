package dev.graft.plan;

import java.util.List;

/**
 * How the learning rates change during a phase. All are pure functions of {@link At}, so a resumed run continues with the same rates. Each
 * equals the class of {@code torch.optim.lr_scheduler} that it names, which is there called after every step or every epoch.
 */
public sealed interface Schedule permits Constant, Cosine, Step, MultiStep, Exponential, OneCycle, Plateau, Warmup {
    /** Constant learning rates. */
    Schedule CONSTANT = new Constant();

    /** Learning rates that fall to 0 along half a cosine, once per epoch. */
    Schedule COSINE = new Cosine(Every.EPOCH);

    /** When learning rates change. */
    enum Every {
        /** At the beginning of each epoch. */
        EPOCH,
        /** Before each step. */
        STEP
    }

    /**
     * A position in a phase.
     *
     * @param epoch the current epoch, from 0
     * @param epochs of the phase
     * @param step the next step, counted from 0 over the whole phase
     * @param steps of the phase
     * @param losses on the validation pictures after each finished epoch of the phase
     */
    record At(int epoch, int epochs, long step, long steps, List<Double> losses) {
        /** Copies the losses. */
        public At {
            losses = List.copyOf(losses);
        }

        /** The number of epochs or steps done. */
        long done(Every every) {
            return every == Every.EPOCH ? epoch : step;
        }

        /** The number of epochs or steps of the phase. */
        long all(Every every) {
            return every == Every.EPOCH ? epochs : steps;
        }
    }

    /** The factor for the learning rates in the next step, at least 0. */
    double factor(At at);

    /** Whether the learning rates of an epoch depend on the number of epochs. */
    boolean dependsOnLength();

    /** Whether the learning rates depend on the losses on the validation pictures. */
    default boolean dependsOnLosses() {
        return false;
    }
}
