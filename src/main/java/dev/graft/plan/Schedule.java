package dev.graft.plan;

/** What becomes of the learning rates in the course of a phase. */
public sealed interface Schedule permits Constant, Cosine {
    /** They stay. */
    Schedule CONSTANT = new Constant();

    /** They fall to zero along half a cosine, epoch by epoch. */
    Schedule COSINE = new Cosine(Cosine.Every.EPOCH);

    /**
     * Where a phase is.
     *
     * @param epoch that is on, from 0
     * @param epochs of the phase
     * @param step that comes next, counted from 0 over the whole phase
     * @param steps of the phase
     */
    record At(int epoch, int epochs, long step, long steps) {}

    /** What the learning rates are multiplied with in the next step. */
    double factor(At at);

    /** Whether another number of epochs gives other learning rates in the epochs that both have. */
    boolean dependsOnLength();
}
