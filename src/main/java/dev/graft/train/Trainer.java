package dev.graft.train;

import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.distributed.RankGroup;
import dev.graft.features.FeatureStore;
import dev.graft.metrics.Metric;
import dev.graft.model.Classifier;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs a {@link TrainingPlan}: trains a classifier on samples and evaluates it after every epoch. Not thread-safe. The
 * caller keeps the classifier, the samples and the random source.
 */
public final class Trainer {
    /**
     * How a run ended.
     *
     * @param evaluation of the final weights on the validation pictures; empty if the run was stopped within an epoch
     * @param stopped whether it was asked to stop before its end
     * @param skipped pictures that this run skipped, file to reason; without those of the run that it resumes
     */
    public record Outcome(Optional<Evaluation> evaluation, boolean stopped, Map<String, String> skipped) {}

    private final Classifier classifier;
    private final TrainingPlan plan;
    private RunData data;
    private ComputeDevice device; // null: the best one, which only a run that needs it looks for
    private Optional<RandomSource> random = Optional.empty();
    private final List<TrainingListener> listeners = new ArrayList<>();
    private final List<Metric> metrics = new ArrayList<>();
    private BooleanSupplier stop = () -> false;
    private CheckpointPolicy checkpoints = CheckpointPolicy.NONE;
    private int[][] givenOrder;
    private Optional<Checkpoint> resumed = Optional.empty();
    private Optional<FeatureStore> store = Optional.empty();
    private long mostFeatureBytes = RunContext.quarterOfMemory();
    private Optional<RankGroup> ranks = Optional.empty();
    private boolean ownStatistics;
    private PixelCache pixels = PixelCache.OFF;

    /**
     * Prepares a run on the best device of this machine. The order of every epoch is drawn from the plan's seed.
     *
     * @param data its training and validation pictures
     * @throws IllegalArgumentException when there are no training samples, a label is not one of the classifier's
     *     classes, a loss of the plan is not for a model of this kind (one class for each picture, or multi-label), the plan's weights of
     *     classes do not fit them, or the plan needs validation samples and there are none
     */
    public static Trainer of(Classifier classifier, ImageFolder data, TrainingPlan plan) {
        Trainer trainer = of(classifier, data.train(), plan).validation(data.validation());
        trainer.data.requireFits(plan, classifier);
        return trainer;
    }

    /** The same with pictures from anywhere, none to evaluate with ({@link #validation}), and all refusals in {@link #fit}. */
    public static Trainer of(Classifier classifier, List<Sample> train, TrainingPlan plan) {
        return new Trainer(classifier, train, plan);
    }

    private Trainer(Classifier classifier, List<Sample> train, TrainingPlan plan) {
        this.classifier = classifier;
        this.plan = plan;
        this.data = new RunData(train, List.of());
    }

    /** Sets the pictures to evaluate with after every epoch. */
    public Trainer validation(List<Sample> samples) {
        data = new RunData(data.train(), samples);
        return this;
    }

    /** Sets the device to train on; refuses one that does not support the plan's precision. */
    public Trainer on(ComputeDevice other) {
        plan.compute().precision().requireFits(other);
        device = other;
        return this;
    }

    /** Draws the orders from this source. The caller closes it. */
    public Trainer drawingFrom(RandomSource source) {
        random = Optional.of(source);
        return this;
    }

    /** Adds a listener for the run's events. */
    public Trainer listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Adds a metric on the validation pictures, reported at the end of every epoch in addition to top-1 accuracy.
     *
     * @throws IllegalArgumentException when the model is multi-label and the metric is not ({@link Metric#isForMultiLabel})
     */
    public Trainer metric(Metric metric) {
        LabelRules.require(classifier.card(), metric);
        metrics.add(metric);
        return this;
    }

    /**
     * Also keeps the checkpoint of the best epoch (the first of equals) in {@link Checkpoint#BEST}, beside the last checkpoint, if
     * {@link #checkpointsIn} is set. It holds the weights that were judged. The metric is reported at the end of every epoch.
     */
    public Trainer keepBest(Metric metric) {
        checkpoints = checkpoints.withBest(Optional.of(metric));
        return metric(metric);
    }

    /** Also keeps the checkpoints of the last {@code epochs} epochs, see {@link Checkpoint#ofEpoch}; 0, the default, for none. */
    public Trainer keepLast(int epochs) {
        checkpoints = checkpoints.withLast(epochs);
        return this;
    }

    /**
     * Writes a checkpoint into this folder when the run ends or is stopped, and at the end of an epoch if the last checkpoint is ten
     * seconds old (see {@link #checkpointsEvery}). The checkpoint of an earlier run is deleted after the first epoch of a new one.
     *
     * <p>A checkpoint identifies its data by content: every picture's file is read once before the first step.
     */
    public Trainer checkpointsIn(Path folder) {
        checkpoints = checkpoints.in(folder);
        return this;
    }

    /**
     * Sets the minimum time between two checkpoints at the end of epochs; ten seconds by default.
     *
     * @param atLeast at least 0; {@link Duration#ZERO} writes one at the end of every epoch
     */
    public Trainer checkpointsEvery(Duration atLeast) {
        checkpoints = checkpoints.withEvery(atLeast);
        return this;
    }

    /** Also writes checkpoints within epochs, after this number of steps, at least 1; off by default. Each waits for the device. */
    public Trainer checkpointsEverySteps(int steps) {
        checkpoints = checkpoints.withEverySteps(steps);
        return this;
    }

    /**
     * Ends the run cleanly when {@code request} returns true. The training thread asks after every step and at the end of every
     * epoch, and every half second while files are read before the first step. Within an epoch, the run ends at once, without an
     * evaluation. After the last step of an epoch, it ends with that epoch's evaluation. A stop at the end of the last epoch counts
     * as finished. In each case a checkpoint is written if {@link #checkpointsIn} is set.
     */
    public Trainer stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /**
     * Reads features of earlier runs from this store and adds those of this run. Used only if the plan runs the frozen layers {@link
     * FrozenLayers#ONCE}. Null for no store, the default.
     */
    public Trainer featuresIn(FeatureStore features) {
        store = Optional.ofNullable(features);
        return this;
    }

    /**
     * Limits the memory for the features of all pictures; a quarter of the machine's memory by default. Features before a stage such
     * as {@code layer4} are large: 200 KB for a picture in a ResNet18 at 224 x 224. Beyond the limit, pictures pass through the frozen
     * layers in every epoch, with the same result.
     *
     * @param bytes at least 0
     */
    public Trainer featuresWithin(long bytes) {
        if (bytes < 0)
            throw new IllegalArgumentException("training: featuresWithin must be at least 0 bytes, was " + bytes);
        mostFeatureBytes = bytes;
        return this;
    }

    /** Caches the pixels of pictures (not of views) in the first epoch for later ones; off by default. The results are the same. */
    public Trainer pixelCache(PixelCache cache) {
        pixels = cache;
        return this;
    }

    /**
     * Shares the run with other ranks, whose trainers have the same settings. Each computes a part of the features, of each batch that a
     * stage learns from, and of the evaluation. Rank 0 writes checkpoints. All get the same events, weights and outcome, and stop together.
     */
    public Trainer ranks(RankGroup group) {
        ranks = Optional.of(group);
        mostFeatureBytes = RunContext.quarterOfMemory() / group.world().localSize();
        return this;
    }

    /** On several ranks: lets batch norms in training mode, refused otherwise, use each rank's pictures as PyTorch's DDP; rank 0's stay. */
    public Trainer statisticsOfEachRank() {
        ownStatistics = true;
        return this;
    }

    /**
     * Sets the order of each epoch instead of drawing it.
     *
     * @param order [epochs][samples], indices into the training samples
     */
    public Trainer order(int[][] order) {
        givenOrder = order;
        return this;
    }

    /**
     * Continues the run of a checkpoint. The classifier must be the one that {@link Classifier#load} returns for it. Training and
     * validation pictures must be the same, in content and order. The plan must be the same too, except for what {@link
     * TrainingPlan#continues} allows. {@link #fit} checks all of this before anything changes, and closes the checkpoint.
     */
    public Trainer resume(Checkpoint checkpoint) {
        resumed = Optional.of(checkpoint);
        return this;
    }

    /** Checks that a run with this plan may resume from a checkpoint, as {@link #fit} does; throws with what differs. */
    public static void requireContinues(Checkpoint checkpoint, TrainingPlan plan) {
        Resume.requirePlan(checkpoint, plan);
    }

    /**
     * Trains until the plan's last epoch, until asked to stop, or until the JVM begins to exit. The exit waits, at most a minute, for
     * the current step and its checkpoint. The classifier is moved to the device. After the run, the parameters of the last phase's
     * groups are not frozen; all others are.
     *
     * @throws IllegalArgumentException when samples, plan, classifier and device do not fit together
     * @throws dev.graft.batch.UnreadableException with all pictures that cannot be read, unless the plan skips such
     *     pictures
     * @throws IOException when a listener or checkpoint cannot write, or the run cannot resume from its checkpoint
     * @throws TrainingException when the loss or the gradients are no longer finite
     * @throws dev.graft.torch.OutOfMemoryException with an estimate of the memory that a batch of the plan needs;
     *     another run may follow
     */
    public Outcome fit() throws IOException {
        if (device == null) device = ComputeDevice.best();
        plan.compute().precision().requireFits(device);
        data.requireFits(plan, classifier);
        if (random.isPresent()) return fit(random.get());
        try (RandomSource own = new RandomSource(plan.seed())) {
            return fit(own);
        }
    }

    private Outcome fit(RandomSource drawn) throws IOException {
        try (ExitGuard.Work work = ExitGuard.begin()) {
            RunContext context = context(drawn);
            TeamRules.require(context, resumed.map(c -> c.run().toString()).orElse("anew"));
            boolean readsFiles =
                    checkpoints.folder().isPresent() || resumed.isPresent() || ranks.isPresent(); // by their content
            if (readsFiles && !data.read(context.decoders(), context.stop(), context.team()))
                return new Outcome(Optional.empty(), true, Map.of());
            Optional<Resume> resume = resumed.map(Resume::new);
            if (resume.isPresent()) resume.get().require(context);
            Checkpoints written = new Checkpoints(context, checkpoints, resume.isPresent());
            try (Run run = new Run(context, written, resume)) {
                return run.train();
            }
        }
    }

    private RunContext context(RandomSource drawn) {
        BooleanSupplier request = stop;
        boolean[] said = {false}; // stays true once true
        return new RunContext(
                classifier,
                data,
                plan,
                device,
                new Orders(drawn, givenOrder, data.train().size(), plan.epochs(), data.weights(plan, classifier)),
                new Listeners(listeners),
                () -> said[0] |= ExitGuard.exiting() || request.getAsBoolean(),
                plan.epochs() - resumed.map(c -> c.run().epoch()).orElse(0),
                store,
                mostFeatureBytes,
                pixels,
                new Endings(plan.ending()).reported(metrics),
                ranks.map(r -> Team.of(r, ownStatistics)).orElse(Team.ALONE));
    }
}
