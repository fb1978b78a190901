package dev.graft.plan;

/**
 * What a run does beside training; no number of the model depends on it.
 *
 * @param workers decoding threads; 0 for as many as {@link dev.graft.torch.Threads#decoders} says when the run begins
 * @param reportEvery steps from one look at the losses to the next, at least 1; each look waits for the device
 */
public record Upkeep(int workers, int reportEvery) {
    /** Checks the ranges. */
    public Upkeep {
        if (workers < 0) {
            throw new IllegalArgumentException("plan: workers must be at least 1, or 0 for as many as the threads"
                    + " setting gives, was " + workers);
        }
        TrainingPlan.requirePositive("report every", reportEvery);
    }
}
