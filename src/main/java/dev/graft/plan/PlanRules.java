package dev.graft.plan;

import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import java.util.List;

/** Which settings of a plan do not go together. Each rule is a method that names both settings, and what to do. */
final class PlanRules {
    private PlanRules() {}

    /**
     * Applies all rules.
     *
     * @throws IllegalArgumentException with the first pair of settings that do not go together
     */
    static void require(List<Phase> phases, Compute compute, Ending ending) {
        patient(phases, ending);
        for (Phase phase : phases) {
            frozenOnce(phase, compute);
            if (phase.fitsAtOnce()) fitted(phase);
            accumulated(phase);
        }
    }

    private static void frozenOnce(Phase phase, Compute compute) {
        boolean once = compute.frozen() == FrozenLayers.ONCE;
        if (phase.fitsAtOnce() && !once)
            throw new IllegalArgumentException("plan: phase " + phase.name() + " fits the head to features, so pictures"
                    + " must pass the frozen layers ONCE, was " + compute.frozen());
        String first = once ? phase.firstThatLearns() : "";
        if (once && first.equals(Classifier.HEAD) && phase.mode() == Mode.TRAINING) {
            throw new IllegalArgumentException(
                    "plan: with FrozenLayers.ONCE and only head learning, the mode must be EVALUATION, was TRAINING;"
                            + " use withMode(Mode.EVALUATION), or FrozenLayers.EVERY_EPOCH");
        }
        if (compute.precision() == Precision.INT8 && !first.equals(Classifier.HEAD)) {
            throw new IllegalArgumentException("plan: INT8 needs FrozenLayers.ONCE with only head learning, phase "
                    + phase.name() + " has another setting; use FP32 or BF16");
        }
    }

    /** PyTorch divides a batch's cross-entropy by the sum of its pictures' weights, which is another in each batch of a step. */
    private static void accumulated(Phase phase) {
        boolean weighted =
                phase.loss() instanceof CrossEntropy c && !c.weights().equals(ClassWeights.NONE);
        if (weighted && phase.updates().accumulate() > 1)
            throw new IllegalArgumentException("plan: phase " + phase.name() + " has weights of classes in its"
                    + " cross-entropy, which do not go with steps of "
                    + phase.updates().accumulate() + " batches; use accumulate 1, another"
                    + " sampling in place of the weights, or Focal with gamma 0, which has them in a plain mean");
    }

    private static void fitted(Phase phase) {
        if (!phase.loss().equals(LossSpec.CROSS_ENTROPY))
            throw new IllegalArgumentException("plan: phase " + phase.name()
                    + " fits the head by cross-entropy and tries"
                    + " weights of classes itself, so its loss must be LossSpec.CROSS_ENTROPY, was "
                    + PlanJson.text(phase.loss()) + "; give another loss to a phase with steps");
        if (!phase.updates().equals(Updates.in(Mode.EVALUATION)))
            throw new IllegalArgumentException("plan: phase " + phase.name() + " fits the head at once, without steps,"
                    + " so there is nothing to accumulate, clip, average or decay, was "
                    + PlanJson.text(phase.updates()) + "; set these in a phase with steps");
        ParameterGroup head = phase.groups().get(0);
        if (head.learningRate() != Phase.RATE_OF_FITTED)
            throw stepless(phase, "learning rate", "leave it at " + Phase.RATE_OF_FITTED, head.learningRate());
        if (head.optimizer() != null)
            throw stepless(phase, "optimizer of a group", "leave it out", PlanJson.text(head.optimizer()));
        if (!phase.schedule().equals(Schedule.CONSTANT))
            throw stepless(phase, "schedule", "leave it constant", PlanJson.text(phase.schedule()));
    }

    private static IllegalArgumentException stepless(Phase phase, String what, String remedy, Object was) {
        return new IllegalArgumentException(
                "plan: phase " + phase.name() + " fits the head at once, without steps, so it"
                        + " has no " + what + ", was " + was + "; " + remedy
                        + ", take the recipe fast, or add a phase with steps");
    }

    /** Patience counts epochs, of which a fitted phase has one. */
    private static void patient(List<Phase> phases, Ending ending) {
        if (ending.patience() > 0 && phases.stream().allMatch(Phase::fitsAtOnce))
            throw new IllegalArgumentException("plan: patience counts epochs, and the head is fitted at once, was "
                    + ending.patience() + "; leave it at 0, take the recipe fast, or add a phase with steps");
    }
}
