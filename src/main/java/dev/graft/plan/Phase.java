package dev.graft.plan;

import dev.graft.model.Classifier;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some epochs in which the same layers learn in the same way. A phase begins with the weights of the one before and a fresh
 * optimizer.
 *
 * @param name what it is called in reports, such as {@code head}; no other phase of the plan has it
 * @param epochs at least 1
 * @param groups what learns, and at which rates; the rest is frozen
 * @param optimizer how gradients become steps, where a group does not say otherwise
 * @param schedule of the learning rates over this phase
 * @param loss what is made small
 * @param mode of the layers that pictures pass in every epoch
 */
public record Phase(
        String name,
        int epochs,
        List<ParameterGroup> groups,
        OptimizerSpec optimizer,
        Schedule schedule,
        LossSpec loss,
        Mode mode) {
    private static final Pattern STAGE = Pattern.compile("(layer[1-9])(\\..*)?");

    /** Checks the ranges. */
    public Phase {
        if (name.isBlank()) throw new IllegalArgumentException("plan: a phase has no name; call it head, for example");
        TrainingPlan.requirePositive("epochs", epochs);
        groups = List.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("plan: nothing learns; name at least one layer, such as head");
        }
        Objects.requireNonNull(optimizer, "optimizer");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(mode, "mode");
        for (ParameterGroup g : groups) {
            if (g.optimizer() != null && !g.optimizer().kind().equals(optimizer.kind()))
                throw new IllegalArgumentException("plan: the optimizer of phase " + name + " is "
                        + optimizer.kind() + ", that of its group " + g.layer() + " is "
                        + g.optimizer().kind() + "; a phase has one");
        }
        if (optimizer instanceof CrossValidated) requireFitted(name, epochs, groups, mode);
    }

    private static void requireFitted(String name, int epochs, List<ParameterGroup> groups, Mode mode) {
        if (groups.size() > 1 || !groups.get(0).layer().equals(Classifier.HEAD) || mode != Mode.EVALUATION)
            throw new IllegalArgumentException(
                    "plan: only " + Classifier.HEAD + " can be fitted by cross-validation, in"
                            + " evaluation mode; phase " + name + " has the layers "
                            + groups.stream().map(ParameterGroup::layer).toList() + " and mode " + mode
                            + "; let other layers learn in a phase behind it");
        if (epochs != 1)
            throw new IllegalArgumentException(
                    "plan: phase " + name + " is fitted to its optimum at once, so it has 1 epoch, was " + epochs
                            + "; leave the epochs alone");
    }

    /** One that fits the head to its optimum; see {@link CrossValidated}. */
    public static Phase fitted(String name, CrossValidated how) {
        return of(name, 1, List.of(new ParameterGroup(Classifier.HEAD, 1))).withOptimizer(how);
    }

    /** Whether the head is fitted at once, without steps. */
    public boolean fitsAtOnce() {
        return optimizer instanceof CrossValidated;
    }

    /** SGD with momentum 0.9, constant rates, cross-entropy, evaluation mode. */
    public static Phase of(String name, int epochs, List<ParameterGroup> groups) {
        return new Phase(
                name, epochs, groups, Sgd.STANDARD, Schedule.CONSTANT, LossSpec.CROSS_ENTROPY, Mode.EVALUATION);
    }

    /** The same phase with another number of epochs. */
    public Phase withEpochs(int n) {
        return new Phase(name, n, groups, optimizer, schedule, loss, mode);
    }

    /** The same phase with other layers that learn. */
    public Phase withGroups(List<ParameterGroup> g) {
        return new Phase(name, epochs, g, optimizer, schedule, loss, mode);
    }

    /** The same phase with another optimizer. */
    public Phase withOptimizer(OptimizerSpec o) {
        return new Phase(name, epochs, groups, o, schedule, loss, mode);
    }

    /** The same phase with other learning rates in its course. */
    public Phase withSchedule(Schedule s) {
        return new Phase(name, epochs, groups, optimizer, s, loss, mode);
    }

    /** The same phase with another loss. */
    public Phase withLoss(LossSpec l) {
        return new Phase(name, epochs, groups, optimizer, schedule, l, mode);
    }

    /** The same phase in another mode. */
    public Phase withMode(Mode m) {
        return new Phase(name, epochs, groups, optimizer, schedule, loss, m);
    }

    /** The settings of a group: its own, or the phase's. */
    public OptimizerSpec optimizerOf(ParameterGroup group) {
        return group.optimizer() == null ? optimizer : group.optimizer();
    }

    /**
     * The first layer that learns, by the order in which pictures pass: a stage, such as {@code layer4}, or {@link Classifier#HEAD}.
     *
     * @throws IllegalArgumentException when a layer learns that is neither the head nor in a stage
     */
    public String firstThatLearns() {
        String first = Classifier.HEAD;
        for (ParameterGroup g : groups) {
            if (g.layer().equals(Classifier.HEAD)) continue;
            Matcher stage = STAGE.matcher(g.layer());
            if (!stage.matches()) {
                throw new IllegalArgumentException("plan: pictures pass the frozen layers once, up to the first layer"
                        + " that learns, which is " + Classifier.HEAD + " or in a stage, such as layer4; was "
                        + g.layer()
                        + "; let them pass in every epoch (FrozenLayers.EVERY_EPOCH), or freeze that layer");
            }
            if (first.equals(Classifier.HEAD) || stage.group(1).compareTo(first) < 0) first = stage.group(1);
        }
        return first;
    }

    /** Whether only the head learns. */
    boolean headAlone() {
        return groups.stream().allMatch(g -> g.layer().equals(Classifier.HEAD));
    }

    /** Whether a run of the other phase may go on with this one: the same but for its length, where no rate depends on that. */
    boolean continues(Phase other) {
        return equals(schedule.dependsOnLength() || other.fitsAtOnce() ? other : other.withEpochs(epochs));
    }
}
