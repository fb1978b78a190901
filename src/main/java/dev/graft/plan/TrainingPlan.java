package dev.graft.plan;

import dev.graft.batch.Layout;
import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Everything that a training run is told; a recipe is a way to make one. Any change changes the numbers, save in {@code upkeep}.
 *
 * <p>Most plans have one phase: {@link #withEpochs} and its like change that one. {@link #then} adds another, such as one that
 * fine-tunes {@code layer4} once the head is trained.
 *
 * @param phases one after the other, at least one
 * @param input what a step learns from
 * @param compute how the network is computed
 * @param upkeep what a run does beside training
 * @param seed of what a network draws by itself, as dropout does; keyed by the step, so it is the same after a resume
 */
public record TrainingPlan(List<Phase> phases, Input input, Compute compute, Upkeep upkeep, long seed) {
    /** Checks what goes together. */
    public TrainingPlan {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) throw new IllegalArgumentException("plan: has no phase; give at least one");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(compute, "compute");
        Objects.requireNonNull(upkeep, "upkeep");
        Set<String> names = new HashSet<>();
        for (Phase p : phases) {
            if (!names.add(p.name()))
                throw new IllegalArgumentException(
                        "plan: two phases are called " + p.name() + "; give each a name of its own");
            requireFrozenOnce(p, compute);
        }
        if (phases.stream().mapToLong(Phase::epochs).sum() > Integer.MAX_VALUE)
            throw new IllegalArgumentException("plan: has more than " + Integer.MAX_VALUE + " epochs; take fewer");
    }

    private static void requireFrozenOnce(Phase phase, Compute compute) {
        boolean once = compute.frozen() == FrozenLayers.ONCE;
        if (phase.fitsAtOnce() && !once)
            throw new IllegalArgumentException("plan: phase " + phase.name() + " fits the head to features, so pictures"
                    + " must pass the frozen layers ONCE, was " + compute.frozen());
        String first = once ? phase.firstThatLearns() : "";
        if (once && first.equals(Classifier.HEAD) && phase.mode() == Mode.TRAINING) {
            throw new IllegalArgumentException(
                    "plan: pictures pass the frozen layers once only where these stay as they are, and only head learns:"
                            + " the mode must be EVALUATION, was TRAINING");
        }
        if (compute.precision() == Precision.INT8 && !first.equals(Classifier.HEAD)) {
            throw new IllegalArgumentException(
                    "plan: INT8 is for frozen layers that pictures pass once, with nothing behind them"
                            + " but head; take FP32 or BF16");
        }
    }

    /**
     * The tutorial's numbers with its shortcut: the frozen layers stay in evaluation mode, so each picture passes them once, and the
     * new head trains on the features. Otherwise as {@link #reference}: SGD with learning rate 0.001 and momentum 0.9, batches of 32,
     * ten epochs.
     *
     * <p>With {@link #withGroups} of stages, such as {@code layer4}, beside the head, pictures pass the layers before the first of them
     * once, and the rest is fine-tuned; {@link #withMode} says in which mode.
     */
    public static TrainingPlan fast() {
        return reference().withMode(Mode.EVALUATION).withFrozen(FrozenLayers.ONCE);
    }

    /**
     * The best head that the frozen layers' features allow, with nothing to set: each picture passes them once, then the head is fitted
     * to its optimum, its penalty chosen by cross-validation over the training pictures; see {@link dev.graft.head.HeadFitter}. With
     * {@link #withViews(int)} of the training pictures these are fitted to as well where the folds say that it helps. {@link #then} goes on
     * from there.
     */
    public static TrainingPlan auto() {
        return fast().withPhases(List.of(Phase.fitted("head", CrossValidated.STANDARD)));
    }

    /**
     * The recipe of every PyTorch tutorial: all layers frozen but a new head, SGD with learning rate 0.001 and momentum 0.9, batches of
     * 32, ten epochs, batch norms in training mode.
     */
    public static TrainingPlan reference() {
        Phase head = Phase.of("head", 10, List.of(new ParameterGroup(Classifier.HEAD, 0.001)));
        return new TrainingPlan(
                List.of(head.withMode(Mode.TRAINING)),
                new Input(32, Views.NONE, Unreadable.FAIL),
                new Compute(FrozenLayers.EVERY_EPOCH, Precision.FP32, Layout.CHANNELS_LAST),
                new Upkeep(0, 10),
                0);
    }

    static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("plan: " + what + " must be at least 1, was " + value);
        }
    }

    /** How many epochs all phases have together. */
    public int epochs() {
        return phases.stream().mapToInt(Phase::epochs).sum();
    }

    /** How many epochs lie before a phase, counted from 0; of one more than the last: all. */
    public int epochsBefore(int phase) {
        return phases.subList(0, phase).stream().mapToInt(Phase::epochs).sum();
    }

    /** The same plan with other phases. */
    public TrainingPlan withPhases(List<Phase> p) {
        return new TrainingPlan(p, input, compute, upkeep, seed);
    }

    /** The same plan with one phase more at its end. */
    public TrainingPlan then(Phase next) {
        List<Phase> more = new ArrayList<>(phases);
        more.add(next);
        return withPhases(more);
    }

    /**
     * The same plan with one phase changed.
     *
     * @throws IllegalArgumentException when no phase has that name
     */
    public TrainingPlan withPhase(String name, UnaryOperator<Phase> change) {
        List<Phase> changed = new ArrayList<>(phases);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).name().equals(name)) {
                changed.set(i, change.apply(changed.get(i)));
                return withPhases(changed);
            }
        }
        throw new IllegalArgumentException("plan: has no phase " + name + "; its phases are "
                + phases.stream().map(Phase::name).toList());
    }

    private TrainingPlan withOnly(UnaryOperator<Phase> change) {
        if (phases.size() > 1)
            throw new IllegalArgumentException("plan: has the phases "
                    + phases.stream().map(Phase::name).toList() + "; say with withPhase which one changes");
        return withPhase(phases.get(0).name(), change);
    }

    /** The same one-phase plan with another number of epochs. */
    public TrainingPlan withEpochs(int n) {
        return withOnly(p -> p.withEpochs(n));
    }

    /** The same one-phase plan with other learning layers. */
    public TrainingPlan withGroups(List<ParameterGroup> g) {
        return withOnly(p -> p.withGroups(g));
    }

    /** The same one-phase plan with learning rates that change, or stay. */
    public TrainingPlan withSchedule(Schedule s) {
        return withOnly(p -> p.withSchedule(s));
    }

    /** The same one-phase plan with another optimizer. */
    public TrainingPlan withOptimizer(OptimizerSpec o) {
        return withOnly(p -> p.withOptimizer(o));
    }

    /** The same one-phase plan in training mode, or in evaluation mode. */
    public TrainingPlan withMode(Mode m) {
        return withOnly(p -> p.withMode(m));
    }

    /** The same plan with another batch size. */
    public TrainingPlan withBatchSize(int n) {
        return withInput(new Input(n, input.views(), input.unreadable()));
    }

    /**
     * The same plan with {@code k} views of each training picture, of torchvision's random resized crop and flip ({@link
     * Augmentation#STANDARD}) and of seed 0; 0 for the pictures as they are. With as many as epochs, every epoch sees new ones.
     */
    public TrainingPlan withViews(int k) {
        return withViews(new Views(k, Augmentation.STANDARD, 0));
    }

    /** The same plan with other views of the training pictures. */
    public TrainingPlan withViews(Views v) {
        return withInput(new Input(input.batchSize(), v, input.unreadable()));
    }

    /** The same plan with another rule for pictures that cannot be read. */
    public TrainingPlan withUnreadable(Unreadable u) {
        return withInput(new Input(input.batchSize(), input.views(), u));
    }

    private TrainingPlan withInput(Input i) {
        return new TrainingPlan(phases, i, compute, upkeep, seed);
    }

    /** The same plan with pictures that pass the frozen layers once, or in every epoch. */
    public TrainingPlan withFrozen(FrozenLayers f) {
        return withCompute(new Compute(f, compute.precision(), compute.layout()));
    }

    /** The same plan with another precision. */
    public TrainingPlan withPrecision(Precision p) {
        return withCompute(new Compute(compute.frozen(), p, compute.layout()));
    }

    /** The same plan with another layout. */
    public TrainingPlan withLayout(Layout l) {
        return withCompute(new Compute(compute.frozen(), compute.precision(), l));
    }

    private TrainingPlan withCompute(Compute c) {
        return new TrainingPlan(phases, input, c, upkeep, seed);
    }

    /** The same plan with another number of decoding threads. */
    public TrainingPlan withWorkers(int n) {
        return new TrainingPlan(phases, input, compute, new Upkeep(n, upkeep.reportEvery()), seed);
    }

    /** The same plan with looks at the losses after another number of steps. */
    public TrainingPlan withReportEvery(int steps) {
        return new TrainingPlan(phases, input, compute, new Upkeep(upkeep.workers(), steps), seed);
    }

    /** The same plan with another seed of what a network draws by itself. */
    public TrainingPlan withSeed(long s) {
        return new TrainingPlan(phases, input, compute, upkeep, s);
    }

    /**
     * Whether a run of the other plan may go on with this one: they differ in upkeep at most, and in the number of epochs of the last
     * phase where the schedule of its learning rates does not depend on it.
     */
    public boolean continues(TrainingPlan other) {
        int last = phases.size() - 1;
        return other.phases.size() == phases.size()
                && phases.subList(0, last).equals(other.phases.subList(0, last))
                && phases.get(last).continues(other.phases.get(last))
                && equals(new TrainingPlan(phases, other.input, other.compute, upkeep, other.seed));
    }

    /**
     * What another plan has otherwise, a short text for each, such as {@code input.batchSize was 32, is 16}; empty where they are equal.
     *
     * @param before the plan that was
     */
    public List<String> differences(TrainingPlan before) {
        return PlanJson.differences(before, this);
    }

    /** The plan as JSON. */
    public String toJson() {
        return PlanJson.write(this);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException when it is something else, or an older version of Graft wrote it
     */
    public static TrainingPlan fromJson(String text) {
        return PlanJson.read(text);
    }
}
