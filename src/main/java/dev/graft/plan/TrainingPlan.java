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
 * All settings of a training run. {@link #fast} and {@link #reference} make one. Every setting affects the results,
 * except {@code upkeep}.
 *
 * <p>Most plans have one phase; {@link #withEpochs} and similar methods change it. {@link #then} adds another phase,
 * such as one that fine-tunes {@code layer4} after the head is trained.
 *
 * @param phases run one after the other, at least one, with different names
 * @param input the input of the steps
 * @param compute how the network is computed
 * @param ending when the run ends before its last epoch, and which weights it ends with
 * @param upkeep settings that do not affect the results
 * @param seed for random numbers inside the network, such as dropout's, and for mixing; each batch has its own generator, so
 *     the numbers are the same after a resume
 */
public record TrainingPlan(List<Phase> phases, Input input, Compute compute, Ending ending, Upkeep upkeep, long seed) {
    /** Checks that the settings fit together. */
    public TrainingPlan {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) throw new IllegalArgumentException("plan: there is no phase; give at least one");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(compute, "compute");
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(upkeep, "upkeep");
        Set<String> names = new HashSet<>();
        for (Phase p : phases) {
            if (!names.add(p.name()))
                throw new IllegalArgumentException(
                        "plan: two phases have the name " + p.name() + "; give each another name");
        }
        if (phases.stream().mapToLong(Phase::epochs).sum() > Integer.MAX_VALUE)
            throw new IllegalArgumentException("plan: has more than " + Integer.MAX_VALUE + " epochs; use fewer");
        PlanRules.require(phases, compute, ending);
        InputRules.require(phases, input, compute);
    }

    /**
     * The fast plan: the frozen layers stay in evaluation mode, each picture passes through them once, and the new head
     * trains on the features. Otherwise as {@link #reference}: SGD with learning rate 0.001 and momentum 0.9, batches
     * of 32, ten epochs.
     *
     * <p>If {@link #withGroups} adds stages, such as {@code layer4}, to the head, the layers before the first such
     * stage run once and the others are fine-tuned. {@link #withMode} sets their mode.
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
     * The plan of PyTorch's transfer-learning tutorial: all layers frozen except a new head, SGD with learning rate
     * 0.001 and momentum 0.9, batches of 32, ten epochs, batch norms in training mode.
     */
    public static TrainingPlan reference() {
        Phase head = Phase.of("head", 10, List.of(new ParameterGroup(Classifier.HEAD, 0.001)));
        return new TrainingPlan(
                List.of(head.withMode(Mode.TRAINING)),
                new Input(32, Sampling.SHUFFLED, Views.NONE, Mixing.NONE, Unreadable.FAIL),
                new Compute(FrozenLayers.EVERY_EPOCH, Precision.FP32, Layout.CHANNELS_LAST),
                Ending.NONE,
                new Upkeep(0, 10),
                0);
    }

    static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("plan: " + what + " must be at least 1, was " + value);
        }
    }

    /** The number of epochs of all phases together. */
    public int epochs() {
        return phases.stream().mapToInt(Phase::epochs).sum();
    }

    /**
     * The number of epochs before a phase.
     *
     * @param phase from 0; the number of phases gives all epochs
     */
    public int epochsBefore(int phase) {
        return phases.subList(0, phase).stream().mapToInt(Phase::epochs).sum();
    }

    /** The same plan with other phases. */
    public TrainingPlan withPhases(List<Phase> p) {
        return new TrainingPlan(p, input, compute, ending, upkeep, seed);
    }

    /** The same plan with one more phase at the end. */
    public TrainingPlan then(Phase next) {
        List<Phase> more = new ArrayList<>(phases);
        more.add(next);
        return withPhases(more);
    }

    /**
     * The same plan with one phase changed.
     *
     * @throws IllegalArgumentException when no phase has this name
     */
    public TrainingPlan withPhase(String name, UnaryOperator<Phase> change) {
        List<Phase> changed = new ArrayList<>(phases);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).name().equals(name)) {
                changed.set(i, change.apply(changed.get(i)));
                return withPhases(changed);
            }
        }
        throw new IllegalArgumentException("plan: there is no phase " + name + "; the phases are "
                + phases.stream().map(Phase::name).toList());
    }

    private TrainingPlan withOnly(UnaryOperator<Phase> change) {
        if (phases.size() > 1)
            throw new IllegalArgumentException("plan: has the phases "
                    + phases.stream().map(Phase::name).toList() + "; use withPhase to change one of them");
        return withPhase(phases.get(0).name(), change);
    }

    /** The same one-phase plan with another number of epochs. */
    public TrainingPlan withEpochs(int n) {
        return withOnly(p -> p.withEpochs(n));
    }

    /** The same one-phase plan with other groups of layers that learn. */
    public TrainingPlan withGroups(List<ParameterGroup> g) {
        return withOnly(p -> p.withGroups(g));
    }

    /** The same one-phase plan with another schedule of the learning rates. */
    public TrainingPlan withSchedule(Schedule s) {
        return withOnly(p -> p.withSchedule(s));
    }

    /** The same one-phase plan with another optimizer. */
    public TrainingPlan withOptimizer(OptimizerSpec o) {
        return withOnly(p -> p.withOptimizer(o));
    }

    /** The same one-phase plan with another loss. */
    public TrainingPlan withLoss(LossSpec l) {
        return withOnly(p -> p.withLoss(l));
    }

    /** The same one-phase plan with another way from batches to steps. */
    public TrainingPlan withUpdates(Updates u) {
        return withOnly(p -> p.withUpdates(u));
    }

    /** The same one-phase plan in another mode. */
    public TrainingPlan withMode(Mode m) {
        return withOnly(p -> p.withMode(m));
    }

    /** The same plan with another batch size. */
    public TrainingPlan withBatchSize(int n) {
        return withInput(input.withBatchSize(n));
    }

    /**
     * The same plan with {@code k} views of each training picture: torchvision's random resized crop and flip ({@link
     * Augmentation#STANDARD}) with seed 0. 0 means no augmentation. If {@code k} is the number of epochs, every epoch
     * has new views.
     */
    public TrainingPlan withViews(int k) {
        return withViews(new Views(k, Augmentation.STANDARD, 0));
    }

    /** The same plan with other views of the training pictures. */
    public TrainingPlan withViews(Views v) {
        return withInput(input.withViews(v));
    }

    /** The same plan with another rule for pictures that cannot be read. */
    public TrainingPlan withUnreadable(Unreadable u) {
        return withInput(input.withUnreadable(u));
    }

    /** The same plan with another input of the steps. */
    public TrainingPlan withInput(Input i) {
        return new TrainingPlan(phases, i, compute, ending, upkeep, seed);
    }

    /** The same plan with another setting for the frozen layers. */
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
        return new TrainingPlan(phases, input, c, ending, upkeep, seed);
    }

    /** The same plan with another end. */
    public TrainingPlan withEnding(Ending e) {
        return new TrainingPlan(phases, input, compute, e, upkeep, seed);
    }

    /** The same plan with another number of decoding threads. */
    public TrainingPlan withWorkers(int n) {
        return new TrainingPlan(phases, input, compute, ending, new Upkeep(n, upkeep.reportEvery()), seed);
    }

    /** The same plan with another number of steps between two reports of the losses. */
    public TrainingPlan withReportEvery(int steps) {
        return new TrainingPlan(phases, input, compute, ending, new Upkeep(upkeep.workers(), steps), seed);
    }

    /** The same plan with another seed for random numbers inside the network. */
    public TrainingPlan withSeed(long s) {
        return new TrainingPlan(phases, input, compute, ending, upkeep, s);
    }

    /**
     * Whether a run of the other plan may continue with this one. Allowed differences: the upkeep, and the number of
     * epochs of the last phase if its schedule does not depend on it.
     */
    public boolean continues(TrainingPlan other) {
        int last = phases.size() - 1;
        return other.phases.size() == phases.size()
                && phases.subList(0, last).equals(other.phases.subList(0, last))
                && phases.get(last).continues(other.phases.get(last))
                && equals(new TrainingPlan(phases, other.input, other.compute, other.ending, upkeep, other.seed));
    }

    /**
     * The differences to an earlier plan, a short text for each, such as {@code input.batchSize was 32, is 16}; empty
     * if they are equal.
     *
     * @param before the earlier plan
     */
    public List<String> differences(TrainingPlan before) {
        return PlanJson.differences(before, this);
    }

    /** The plan as JSON. */
    public String toJson() {
        return PlanJson.write(this);
    }

    /**
     * Reads the result of {@link #toJson}.
     *
     * @throws IllegalArgumentException when it is not a plan, a value is out of range, or an older version of Graft
     *     wrote it
     */
    public static TrainingPlan fromJson(String text) {
        return PlanJson.read(text);
    }
}
