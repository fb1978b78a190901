package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.model.ModelCard;
import dev.graft.plan.BinaryCrossEntropy;
import dev.graft.plan.LossSpec;
import dev.graft.plan.Phase;
import dev.graft.plan.Sampling;
import dev.graft.plan.TrainingPlan;
import java.util.List;

/** What a plan, pictures and metrics must be for a model of one class or of any number of labels for each picture. */
final class LabelRules {
    private LabelRules() {}

    /** @throws IllegalArgumentException with the phase and the setting that does not fit */
    static void require(ModelCard card, TrainingPlan plan) {
        for (Phase phase : plan.phases()) {
            if (card.isMultiLabel()) requireMultiLabel(phase, card.classes().size());
            else if (phase.loss() instanceof BinaryCrossEntropy)
                throw new IllegalArgumentException("training: phase " + phase.name() + " has the loss "
                        + name(phase.loss()) + ", but the pictures of this model have exactly one class each; use "
                        + name(LossSpec.CROSS_ENTROPY) + ", or data that is multi-label");
        }
        if (!card.isMultiLabel()) return;
        if (!plan.input().sampling().equals(Sampling.SHUFFLED))
            throw new IllegalArgumentException(
                    "training: the plan's sampling " + plan.input().sampling()
                            + " draws pictures by their one class, and this model is multi-label; use Sampling.SHUFFLED");
        if (plan.ending().watches())
            Metrics.requireMultiLabel(Metrics.named(plan.ending().metric()));
    }

    private static void requireMultiLabel(Phase phase, int labels) {
        if (phase.fitsAtOnce())
            throw new IllegalArgumentException("training: phase " + phase.name()
                    + " fits a head of one class for each picture at once, and this model is multi-label; train it by steps"
                    + " with the loss " + name(LossSpec.BINARY_CROSS_ENTROPY) + " (--recipe fast)");
        if (!(phase.loss() instanceof BinaryCrossEntropy loss))
            throw new IllegalArgumentException("training: phase " + phase.name() + " has the loss "
                    + name(phase.loss()) + ", which is for one class a picture, and this model is multi-label; use "
                    + name(LossSpec.BINARY_CROSS_ENTROPY));
        int weights = loss.positiveWeights().size();
        if (weights != 0 && weights != labels)
            throw new IllegalArgumentException("training: phase " + phase.name() + " has " + weights
                    + " positive weights, allowed are none or one for each of the " + labels + " labels");
    }

    private static String name(LossSpec loss) {
        return loss.getClass().getSimpleName();
    }

    /** @throws IllegalArgumentException when the metric is for one class a picture, and the model is multi-label */
    static void require(ModelCard card, Metric metric) {
        if (card.isMultiLabel()) Metrics.requireMultiLabel(metric);
    }

    /** @throws IllegalArgumentException with the first picture whose labels the head does not have */
    static void require(ModelCard card, List<Sample> samples) {
        int classes = card.classes().size();
        for (Sample s : samples) {
            if (!card.isMultiLabel() && s.labels().size() != 1)
                throw new IllegalArgumentException("training: " + s.file() + " has "
                        + s.labels().size()
                        + " labels, and the pictures of this model have exactly one class each; use a"
                        + " card with thresholds (ModelCard.withThresholds), or data with one class each");
            for (int label : s.labels())
                if (label >= classes)
                    throw new IllegalArgumentException("training: " + s.file() + " has the label " + label
                            + ", allowed are 0 to " + (classes - 1) + "; use a head with the classes of the data");
        }
    }
}
