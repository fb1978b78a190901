package dev.graft.report;

import java.io.IOException;

/** Hears of a run's progress, on the training thread. An exception stops the run. */
public interface TrainingListener {
    /**
     * Some steps were taken.
     *
     * @throws IOException when it cannot be written down
     */
    default void onSteps(Steps steps) throws IOException {}

    /**
     * An epoch ended: training, then validation.
     *
     * @throws IOException when it cannot be written down
     */
    default void onEpoch(Epoch epoch) throws IOException {}

    /**
     * Consecutive steps of one epoch.
     *
     * @param epoch from 1
     * @param firstStep index in the epoch of the first of them, from 0
     * @param losses mean loss of each step's batch
     */
    record Steps(int epoch, int firstStep, double[] losses) {}

    /**
     * One epoch's outcome.
     *
     * @param epoch from 1
     * @param epochs how many the run has
     * @param loss mean of the steps' losses
     * @param correct validation pictures named rightly
     * @param pictures validation pictures named at all
     * @param trainSeconds duration of the training part
     * @param validationSeconds duration of the validation part
     */
    record Epoch(
            int epoch,
            int epochs,
            double loss,
            int correct,
            int pictures,
            double trainSeconds,
            double validationSeconds) {
        /** Top-1 accuracy on the validation pictures, 0..1. */
        public double accuracy() {
            return pictures == 0 ? 0 : (double) correct / pictures;
        }
    }
}
