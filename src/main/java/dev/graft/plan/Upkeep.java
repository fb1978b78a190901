package dev.graft.plan;

/**
 * Settings that do not affect the trained model.
 *
 * @param workers number of decoding threads; 0 for {@link dev.graft.torch.Threads#decoders} at the begin of the run
 * @param reportEvery steps between two reports of the losses, at least 1; each report waits for the device
 */
public record Upkeep(int workers, int reportEvery) {
    /** Checks the ranges. */
    public Upkeep {
        if (workers < 0) {
            throw new IllegalArgumentException(
                    "plan: workers must be at least 1, or 0 for the default number of decoding" + " threads, was "
                            + workers);
        }
        TrainingPlan.requirePositive("report every", reportEvery);
    }
}
