package dev.graft.plan;

import java.util.List;

/** How the learning rates change during a phase. */
public sealed interface Schedule permits Constant, Cosine {
    /** Constant learning rates. */
    Schedule CONSTANT = new Constant();

    /** Learning rates that fall to 0 along half a cosine, once per epoch. */
    Schedule COSINE = new Cosine(Cosine.Every.EPOCH);

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
    }

    /** The factor for the learning rates in the next step, at least 0. */
    double factor(At at);

    /** Whether the learning rates of an epoch depend on the number of epochs. */
    boolean dependsOnLength();
}
