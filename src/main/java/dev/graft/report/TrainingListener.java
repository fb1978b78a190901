package dev.graft.report;

import java.io.IOException;

/** Hears of a run's progress, on the training thread. An exception stops the run. */
public interface TrainingListener {
    /**
     * A run goes on from a checkpoint; comes before anything else.
     *
     * @throws IOException when it cannot be written down
     */
    default void onResume(Resumed from) throws IOException {}

    /**
     * Some more pictures went through a frozen trunk that they pass once, before training.
     *
     * @param done how many by now
     * @param pictures how many there are, each view counted; fewer go through it where some are equal, unreadable or known from an
     *     earlier run
     */
    default void onPicturesThroughTrunk(int done, int pictures) {}

    /**
     * All pictures went through a frozen trunk that they pass once; training begins.
     *
     * @throws IOException when it cannot be written down
     */
    default void onTrunkPass(TrunkPass pass) throws IOException {}

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
     * From where a run goes on.
     *
     * @param epoch the epoch that is trained next, from 1; one more than {@code epochs} where all are done
     * @param epochs how many the run has
     * @param step how many steps of that epoch are done already
     */
    record Resumed(int epoch, int epochs, int step) {}

    /**
     * What became of a run's pictures at a frozen trunk.
     *
     * @param pictures training and validation pictures
     * @param views in which this run sees each training picture, 0 where it sees them as they are
     * @param computed different pictures, and views of pictures, that went through it
     * @param found different ones whose features an earlier run had kept
     * @param seconds duration, reading and decoding included
     * @param waitSeconds how long of it the trunk waited for pictures to be read and decoded, after the first batch
     */
    record TrunkPass(int pictures, int views, int computed, int found, double seconds, double waitSeconds) {
        /** The part of the time that went by waiting, 0..1. */
        public double waitShare() {
            return seconds == 0 ? 0 : waitSeconds / seconds;
        }
    }

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
     * @param correct validation pictures classified correctly
     * @param pictures validation pictures that could be read and were classified
     * @param trainSeconds duration of the training part
     * @param validationSeconds duration of the validation part
     * @param waitSeconds how long of the training part it waited for pictures to be read and decoded, after the first batch
     */
    record Epoch(
            int epoch,
            int epochs,
            double loss,
            int correct,
            int pictures,
            double trainSeconds,
            double validationSeconds,
            double waitSeconds) {
        /** Top-1 accuracy on the validation pictures, 0..1. */
        public double accuracy() {
            return pictures == 0 ? 0 : (double) correct / pictures;
        }

        /** The part of the training time that went by waiting, 0..1. */
        public double waitShare() {
            return trainSeconds == 0 ? 0 : waitSeconds / trainSeconds;
        }
    }
}
