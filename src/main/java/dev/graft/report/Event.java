package dev.graft.report;

import dev.graft.head.HeadChoice;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event of a run. The order is: {@link RunBegan}; for each phase {@link PhaseBegan}; if frozen layers run only once,
 * {@link PicturesPassed} and {@link FeaturesReady}; for each epoch {@link StepsTaken} and {@link EpochEnded}; at the
 * end {@link RunEnded}. {@link CheckpointWritten} can come at any time. Epochs count from 1, over all phases.
 */
public sealed interface Event {
    /**
     * A run began. No picture is decoded yet; if the run keeps checkpoints, the files were read once for their
     * fingerprints.
     *
     * @param training number of training pictures
     * @param validation number of validation pictures
     * @param resumed where the run continues, if it resumes from a checkpoint
     */
    record RunBegan(TrainingPlan plan, int training, int validation, Optional<Resumed> resumed) implements Event {}

    /**
     * Where a resumed run continues.
     *
     * @param epoch the next epoch to train; one more than the plan's epochs if all are done
     * @param step number of steps of this epoch that are already done
     */
    record Resumed(int epoch, int step) {}

    /**
     * A phase began or was resumed.
     *
     * @param number of the phase, from 1
     * @param phases number of phases in the plan
     * @param firstEpoch the first epoch of the phase
     */
    record PhaseBegan(Phase phase, int number, int phases, int firstEpoch) implements Event {}

    /**
     * More pictures passed through the frozen layers, if these run only once.
     *
     * @param done number of pictures so far
     * @param pictures number of all pictures, counting each view. Fewer pass if some are equal, unreadable or known
     *     from an earlier run
     */
    record PicturesPassed(int done, int pictures) implements Event {}

    /**
     * The features of all pictures are ready; training begins.
     *
     * @param pictures number of training and validation pictures
     * @param views number of views of each training picture in this run; 0 without augmentation
     * @param computed number of different pictures and views that were computed
     * @param found number of different ones whose features an earlier run had stored
     * @param seconds duration, with reading and decoding
     * @param waitSeconds part of the duration in which the network waited for pictures to be read and decoded, without
     *     the first batch
     */
    record FeaturesReady(int pictures, int views, int computed, int found, double seconds, double waitSeconds)
            implements Event {
        /** The fraction of the time spent waiting, 0..1. */
        public double waitShare() {
            return seconds == 0 ? 0 : waitSeconds / seconds;
        }
    }

    /**
     * A head was fitted at once; see {@link dev.graft.head.HeadFitter}.
     *
     * @param choice what was tried, and what was chosen
     * @param alone names of classes with one picture: no fold can say how well they are recognised
     * @param outOfFold what the folds say of each training picture that they could judge, in the order of the samples
     * @param seconds duration
     */
    record HeadFitted(int epoch, HeadChoice choice, List<String> alone, List<OutOfFold> outOfFold, double seconds)
            implements Event {
        /** Copies the lists. */
        public HeadFitted {
            alone = List.copyOf(alone);
            outOfFold = List.copyOf(outOfFold);
        }

        /**
         * Pictures that may lie in the wrong class, as {@link Suspects} says.
         *
         * @param most how many at most
         */
        public List<OutOfFold> suspects(int most) {
            return Suspects.of(outOfFold, most);
        }
    }

    /**
     * What heads or networks that were fitted without a picture say of it.
     *
     * @param actual the class that it lies in
     * @param predicted the class that they find most likely
     * @param probability of the class that it lies in, 0..1
     * @param predictedProbability of the class that they find most likely, 0..1
     */
    record OutOfFold(Path file, String actual, String predicted, double probability, double predictedProbability)
            implements Suspects.Verdict {}

    /**
     * Consecutive steps of one epoch were taken.
     *
     * @param firstStep index of the first of them in the epoch, from 0
     * @param losses mean loss of each step's batch
     */
    record StepsTaken(int epoch, int firstStep, double[] losses) implements Event {}

    /**
     * An epoch ended: training, then validation.
     *
     * @param epochs number of epochs of the run
     * @param phase the name of its phase
     * @param metrics by name, in a fixed order: {@code mean_loss} of the steps, {@code val_correct}, {@code
     *     val_pictures} (those that could be read), {@code val_accuracy} (top-1, 0..1), of a multi-label model {@code
     *     val_average_precision}, {@code val_micro_f1}, {@code val_macro_f1} and {@code val_hamming_loss}, and {@code
     *     val_NAME} for each metric NAME that was added to the run
     * @param trainSeconds duration of the training part
     * @param validationSeconds duration of the validation part
     * @param waitSeconds part of {@code trainSeconds} spent waiting for pictures to be read and decoded, without the
     *     first batch
     */
    record EpochEnded(
            int epoch,
            int epochs,
            String phase,
            Map<String, Number> metrics,
            double trainSeconds,
            double validationSeconds,
            double waitSeconds)
            implements Event {
        /** Copies the metrics. */
        public EpochEnded {
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        }

        /** The mean of the steps' losses. */
        public double loss() {
            return metrics.get("mean_loss").doubleValue();
        }

        /** The number of validation pictures that were classified correctly. */
        public int correct() {
            return metrics.get("val_correct").intValue();
        }

        /** The number of validation pictures that could be read and were classified. */
        public int pictures() {
            return metrics.get("val_pictures").intValue();
        }

        /** Top-1 accuracy on the validation pictures, 0..1. */
        public double accuracy() {
            return metrics.get("val_accuracy").doubleValue();
        }

        /** The fraction of the training time spent waiting, 0..1. */
        public double waitShare() {
            return trainSeconds == 0 ? 0 : waitSeconds / trainSeconds;
        }
    }

    /**
     * A phase, or the run, ends before its last epoch, as the plan's {@link dev.graft.plan.Ending} says.
     *
     * @param epoch the last one, from 1
     * @param phase the name of the phase
     * @param reason such as {@code accuracy has not become better in 3 epochs}
     */
    record EndedEarly(int epoch, String phase, String reason) implements Event {}

    /**
     * The run ends with the weights of its best epoch.
     *
     * @param epoch from 1
     * @param metric its name
     * @param value of the metric
     */
    record BestTaken(int epoch, String metric, double value) implements Event {}

    /**
     * A checkpoint was written.
     *
     * @param epoch number of epochs done
     * @param step number of steps done in the next epoch
     */
    record CheckpointWritten(Path file, int epoch, int step) implements Event {}

    /**
     * A run ended.
     *
     * @param stopped whether it was asked to stop before its end
     * @param skipped pictures that it skipped, file to reason
     */
    record RunEnded(boolean stopped, Map<String, String> skipped) implements Event {}
}
