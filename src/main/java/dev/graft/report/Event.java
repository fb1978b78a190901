package dev.graft.report;

import dev.graft.head.HeadChoice;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens in a run, in this order: {@link RunBegan}; for each phase {@link PhaseBegan}, then, where pictures pass frozen layers
 * once, {@link PicturesPassed} and {@link FeaturesReady}, then for each epoch {@link StepsTaken}, {@link HeadFitted} where a head is
 * fitted at once, and {@link EpochEnded}; {@link
 * CheckpointWritten} whenever there is one; {@link RunEnded}. Epochs count from 1, over all phases.
 */
public sealed interface Event {
    /**
     * A run began; it has read nothing of the pictures yet but, where it keeps checkpoints, their files.
     *
     * @param training how many pictures it trains on
     * @param validation how many pictures it is judged by
     * @param resumed from where it goes on, where it goes on from a checkpoint
     */
    record RunBegan(TrainingPlan plan, int training, int validation, Optional<Resumed> resumed) implements Event {}

    /**
     * From where a run goes on.
     *
     * @param epoch the epoch that is trained next; one more than the plan has where all are done
     * @param step how many steps of that epoch are done already
     */
    record Resumed(int epoch, int step) {}

    /**
     * A phase began, or went on.
     *
     * @param number of the phase, from 1
     * @param phases how many the plan has
     * @param firstEpoch the first epoch of the phase
     */
    record PhaseBegan(Phase phase, int number, int phases, int firstEpoch) implements Event {}

    /**
     * Some more pictures passed the frozen layers that they pass once.
     *
     * @param done how many by now
     * @param pictures how many there are, each view counted; fewer pass where some are equal, unreadable or known from an earlier run
     */
    record PicturesPassed(int done, int pictures) implements Event {}

    /**
     * All pictures passed the frozen layers that they pass once; training begins.
     *
     * @param pictures training and validation pictures
     * @param views in which this run sees each training picture, 0 where it sees them as they are
     * @param computed different pictures, and views of pictures, that passed
     * @param found different ones whose features an earlier run had kept
     * @param seconds duration, reading and decoding included
     * @param waitSeconds how long of it the network waited for pictures to be read and decoded, after the first batch
     */
    record FeaturesReady(int pictures, int views, int computed, int found, double seconds, double waitSeconds)
            implements Event {
        /** The part of the time that went by waiting, 0..1. */
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
         * Pictures that may lie in the wrong class: heads that were fitted without them find another class more likely; the least likely
         * first.
         *
         * @param most how many at most
         */
        public List<OutOfFold> suspects(int most) {
            return outOfFold.stream()
                    .filter(o -> !o.predicted().equals(o.actual()))
                    .sorted(Comparator.comparingDouble(OutOfFold::probability))
                    .limit(most)
                    .toList();
        }
    }

    /**
     * What heads that were fitted without a picture say of it.
     *
     * @param actual the class that it lies in
     * @param predicted the class that they find most likely
     * @param probability of the class that it lies in, 0..1
     */
    record OutOfFold(Path file, String actual, String predicted, double probability) {}

    /**
     * Consecutive steps of one epoch were taken.
     *
     * @param firstStep index in the epoch of the first of them, from 0
     * @param losses mean loss of each step's batch
     */
    record StepsTaken(int epoch, int firstStep, double[] losses) implements Event {}

    /**
     * An epoch ended: training, then validation.
     *
     * @param epochs how many the run has
     * @param phase the name of its phase
     * @param metrics by name, in a fixed order: {@code mean_loss} of the steps, {@code val_correct}, {@code val_pictures} that could be
     *     read and were classified, {@code val_accuracy} (top-1, 0..1), and {@code val_} with its name for each metric that the run was
     *     asked for
     * @param trainSeconds duration of the training part
     * @param validationSeconds duration of the validation part
     * @param waitSeconds how long of the training part it waited for pictures to be read and decoded, after the first batch
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

        /** How many validation pictures were classified correctly. */
        public int correct() {
            return metrics.get("val_correct").intValue();
        }

        /** How many validation pictures could be read and were classified. */
        public int pictures() {
            return metrics.get("val_pictures").intValue();
        }

        /** Top-1 accuracy on the validation pictures, 0..1. */
        public double accuracy() {
            return metrics.get("val_accuracy").doubleValue();
        }

        /** The part of the training time that went by waiting, 0..1. */
        public double waitShare() {
            return trainSeconds == 0 ? 0 : waitSeconds / trainSeconds;
        }
    }

    /**
     * A checkpoint was written.
     *
     * @param epoch epochs that it has behind it
     * @param step steps of the next one
     */
    record CheckpointWritten(Path file, int epoch, int step) implements Event {}

    /**
     * A run ended.
     *
     * @param stopped whether it was asked to stop before its end
     * @param skipped pictures that it left out, and why
     */
    record RunEnded(boolean stopped, Map<String, String> skipped) implements Event {}
}
