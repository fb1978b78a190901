package dev.graft.plan;

import dev.graft.model.Classifier;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of epochs that train the same layers with the same settings. A phase begins with the weights of the phase
 * before and a new optimizer.
 *
 * @param name the name in reports, such as {@code head}; unique in the plan
 * @param epochs at least 1
 * @param groups the layers that learn and their learning rates, at least one; all other layers are frozen
 * @param optimizer the optimizer, unless a group has other settings
 * @param schedule of the learning rates over this phase
 * @param loss the loss to minimise
 * @param updates how batches become steps
 */
public record Phase(
        String name,
        int epochs,
        List<ParameterGroup> groups,
        OptimizerSpec optimizer,
        Schedule schedule,
        LossSpec loss,
        Updates updates) {
    /** It says nothing. */
    static final double RATE_OF_FITTED = 1;

    private static final Pattern STAGE = Pattern.compile("(layer[1-9])(\\..*)?");

    /** Checks the ranges. */
    public Phase {
        if (name.isBlank()) throw new IllegalArgumentException("plan: a phase has no name; give it one, such as head");
        TrainingPlan.requirePositive("epochs", epochs);
        groups = List.copyOf(groups);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException(
                    "plan: phase " + name + " has no layer that learns; give at least one, such as head");
        }
        Objects.requireNonNull(optimizer, "optimizer");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(updates, "updates");
        for (ParameterGroup g : groups) {
            if (g.optimizer() != null && !g.optimizer().kind().equals(optimizer.kind()))
                throw new IllegalArgumentException("plan: phase " + name + " has the optimizer "
                        + optimizer.kind() + ", but its group " + g.layer() + " has "
                        + g.optimizer().kind() + "; use one kind of optimizer in a phase");
        }
        if (optimizer instanceof CrossValidated) requireFitted(name, epochs, groups, updates.mode());
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
                            + "; leave the epochs alone, or take the recipe fast");
    }

    /** One that fits the head to its optimum; see {@link CrossValidated}. */
    public static Phase fitted(String name, CrossValidated how) {
        return of(name, 1, List.of(new ParameterGroup(Classifier.HEAD, RATE_OF_FITTED)))
                .withOptimizer(how);
    }

    /** Whether the head is fitted at once, without steps. */
    public boolean fitsAtOnce() {
        return optimizer instanceof CrossValidated;
    }

    /** SGD with momentum 0.9, constant rates, cross-entropy, evaluation mode. */
    public static Phase of(String name, int epochs, List<ParameterGroup> groups) {
        return new Phase(
                name,
                epochs,
                groups,
                Sgd.STANDARD,
                Schedule.CONSTANT,
                LossSpec.CROSS_ENTROPY,
                Updates.in(Mode.EVALUATION));
    }

    /** The same phase with another number of epochs. */
    public Phase withEpochs(int n) {
        return new Phase(name, n, groups, optimizer, schedule, loss, updates);
    }

    /** The same phase with other groups of layers that learn. */
    public Phase withGroups(List<ParameterGroup> g) {
        return new Phase(name, epochs, g, optimizer, schedule, loss, updates);
    }

    /** The same phase with another optimizer. */
    public Phase withOptimizer(OptimizerSpec o) {
        return new Phase(name, epochs, groups, o, schedule, loss, updates);
    }

    /** The same phase with another schedule. */
    public Phase withSchedule(Schedule s) {
        return new Phase(name, epochs, groups, optimizer, s, loss, updates);
    }

    /** The same phase with another loss. */
    public Phase withLoss(LossSpec l) {
        return new Phase(name, epochs, groups, optimizer, schedule, l, updates);
    }

    /** The same phase in another mode. */
    public Phase withMode(Mode m) {
        return withUpdates(updates.withMode(m));
    }

    /** The same phase with another way from batches to steps. */
    public Phase withUpdates(Updates u) {
        return new Phase(name, epochs, groups, optimizer, schedule, loss, u);
    }

    /** The mode of the layers that run in every epoch. */
    public Mode mode() {
        return updates.mode();
    }

    /** The optimizer settings of a group: its own, or the phase's. */
    public OptimizerSpec optimizerOf(ParameterGroup group) {
        return group.optimizer() == null ? optimizer : group.optimizer();
    }

    /**
     * The first layer that learns, in the order of the forward pass: a stage, such as {@code layer4}, or {@link
     * Classifier#HEAD}.
     *
     * @throws IllegalArgumentException when a layer that learns is neither the head nor in a stage
     */
    public String firstThatLearns() {
        String first = Classifier.HEAD;
        for (ParameterGroup g : groups) {
            if (g.layer().equals(Classifier.HEAD)) continue;
            Matcher stage = STAGE.matcher(g.layer());
            if (!stage.matches()) {
                throw new IllegalArgumentException("plan: with FrozenLayers.ONCE, each layer that learns must be "
                        + Classifier.HEAD + " or in a stage, such as layer4; was "
                        + g.layer()
                        + "; use FrozenLayers.EVERY_EPOCH, or freeze that layer");
            }
            if (first.equals(Classifier.HEAD) || stage.group(1).compareTo(first) < 0) first = stage.group(1);
        }
        return first;
    }

    /** Whether only the head learns. */
    boolean headAlone() {
        return groups.stream().allMatch(g -> g.layer().equals(Classifier.HEAD));
    }

    /**
     * Whether a run of the other phase may continue with this one: equal, or different only in the number of epochs if
     * no learning rate depends on it.
     */
    boolean continues(Phase other) {
        return equals(schedule.dependsOnLength() || other.fitsAtOnce() ? other : other.withEpochs(epochs));
    }
}
