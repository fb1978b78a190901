package dev.graft.train;

import com.sun.management.OperatingSystemMXBean;
import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.image.PictureException;
import dev.graft.metrics.Metric;
import dev.graft.model.Classifier;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The training loop. It knows plans, not recipes. Used by one thread; the classifier, the samples and the random source
 * stay the caller's.
 */
public final class Trainer {
    /**
     * How a run ended.
     *
     * @param evaluation of the weights as they are now, on the validation pictures; empty when the run was stopped within an epoch
     * @param stopped whether it was asked to stop before its end
     * @param skipped pictures that this run left out, and why; what a run left out that this one goes on from, it told itself
     */
    public record Outcome(Optional<Evaluation> evaluation, boolean stopped, Map<String, String> skipped) {}

    private final Classifier classifier;
    private final RunData data;
    private final TrainingPlan plan;
    private final ComputeDevice device;
    private final RandomSource random;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private final List<Metric> metrics = new ArrayList<>();
    private BooleanSupplier stop = () -> false;
    private Optional<Path> checkpoints = Optional.empty();
    private Duration checkpointsEvery = Duration.ofSeconds(10);
    private int checkpointsEverySteps = Integer.MAX_VALUE;
    private Optional<Metric> best = Optional.empty();
    private int[][] givenOrder;
    private Optional<Checkpoint> resumed = Optional.empty();
    private Optional<FeatureStore> store = Optional.empty();
    private long mostFeatureBytes = quarterOfMemory();
    private PixelCache pixels = PixelCache.OFF;

    /**
     * Prepares a run.
     *
     * @param random gives the order of every epoch
     * @throws IllegalArgumentException when there is nothing to train on, or a sample's class is not the classifier's
     */
    public Trainer(
            Classifier classifier,
            List<Sample> train,
            List<Sample> validation,
            TrainingPlan plan,
            ComputeDevice device,
            RandomSource random) {
        this.classifier = classifier;
        this.data = new RunData(train, validation);
        this.plan = plan;
        this.device = device;
        this.random = random;
        plan.compute().precision().requireFits(device);
        if (train.isEmpty()) {
            throw new IllegalArgumentException("training: no training pictures; give at least one");
        }
        requireClasses(train);
        requireClasses(validation);
    }

    private void requireClasses(List<Sample> samples) {
        int classes = classifier.card().classes().size();
        for (Sample s : samples) {
            if (s.label() >= classes) {
                throw new IllegalArgumentException("training: " + s.file() + " is of class " + s.label()
                        + ", the model has " + classes + " classes, from 0; graft a head for the data's classes");
            }
        }
    }

    /** Tells a listener of the run's progress. */
    public Trainer listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Has a metric of the validation pictures told at every epoch's end, beside top-1 accuracy. */
    public Trainer metric(Metric metric) {
        metrics.add(metric);
        return this;
    }

    /**
     * Also keeps the weights of the best epoch, the first of equals, in {@link Checkpoint#BEST} beside the last checkpoint, where {@link
     * #checkpointsIn} says so. The metric is told at every epoch's end.
     */
    public Trainer keepBest(Metric metric) {
        best = Optional.of(metric);
        return metric(metric);
    }

    /**
     * Writes a checkpoint into this folder when the run ends or is stopped, and at the end of an epoch once the work of ten
     * seconds would be lost, or as long as {@link #checkpointsEvery} says: an epoch of a head takes less than its checkpoint. That of
     * an earlier run is gone once a new one has done an epoch.
     *
     * <p>A checkpoint knows its data by content: every picture's file is read once before the first step, which a run that finds its
     * features does anyway.
     */
    public Trainer checkpointsIn(Path folder) {
        checkpoints = Optional.of(folder);
        return this;
    }

    /**
     * How long at least lies between one checkpoint and the next epoch's end that writes one.
     *
     * @param atLeast {@link Duration#ZERO} for one at every epoch's end
     */
    public Trainer checkpointsEvery(Duration atLeast) {
        if (atLeast.isNegative()) {
            throw new IllegalArgumentException("training: checkpointsEvery must be at least 0, was " + atLeast);
        }
        checkpointsEvery = atLeast;
        return this;
    }

    /**
     * Also writes a checkpoint within epochs, after so many steps; none unless said. Each takes the time in which the whole model is
     * written, and waits for the device.
     *
     * @param steps at least 1
     */
    public Trainer checkpointsEverySteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("training: checkpointsEverySteps must be at least 1, was " + steps);
        }
        checkpointsEverySteps = steps;
        return this;
    }

    /**
     * Asked from the training thread after every step and at every epoch's end, and every half second while files are read before the
     * first; the run ends cleanly once it says true. Within an
     * epoch it ends there, without an evaluation. After an epoch's last step, or when a listener heard of its end, it ends with that
     * epoch's evaluation. A run that was asked in its last epoch's end counts as finished. A checkpoint is written in each case, where
     * {@link #checkpointsIn} says so.
     */
    public Trainer stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /**
     * Finds features of earlier runs there, and keeps those of this one; only a plan whose frozen layers are passed {@link
     * FrozenLayers#ONCE} has any. Null for none.
     */
    public Trainer featuresIn(FeatureStore features) {
        store = Optional.ofNullable(features);
        return this;
    }

    /**
     * How much memory the features of all pictures may take, a quarter of the machine's unless said. The layers before a stage
     * such as {@code layer4} give many: 200 KB a picture in a ResNet18 at 224 x 224. Where they take more, pictures pass the
     * frozen layers in every epoch, with the same result.
     *
     * @param bytes at least 0
     */
    public Trainer featuresWithin(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("training: featuresWithin must be at least 0 bytes, was " + bytes);
        }
        mostFeatureBytes = bytes;
        return this;
    }

    private static long quarterOfMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / 4;
    }

    /**
     * Keeps the pixels of all pictures from the first epoch on, where they are needed in later ones; none unless said. Of
     * training pictures that are seen in views none are kept. Losses and weights are the same with it and without.
     */
    public Trainer pixelCache(PixelCache cache) {
        pixels = cache;
        return this;
    }

    /**
     * Takes the order of each epoch as given instead of drawing it.
     *
     * @param order [epochs][training samples], indices of samples
     */
    public Trainer order(int[][] order) {
        givenOrder = order;
        return this;
    }

    /**
     * Goes on where a checkpoint was written. The classifier must be the checkpoint's, as {@link Classifier#load} gives it; the data the
     * same, pictures to train on and to validate with, by content and in order; the plan too, as {@link TrainingPlan#continues} says.
     * {@link #fit} checks all of it before anything changes, and closes the checkpoint once it is read.
     */
    public Trainer resume(Checkpoint checkpoint) {
        resumed = Optional.of(checkpoint);
        return this;
    }

    /**
     * Checks that a run under this plan may go on from a checkpoint; {@link #fit} does it too.
     *
     * @throws IllegalArgumentException saying what differs
     */
    public static void requireContinues(Checkpoint checkpoint, TrainingPlan plan) {
        Resume.requirePlan(checkpoint, plan);
    }

    /**
     * Trains to the plan's last epoch, or until asked to stop, or until the JVM begins to exit, which waits, at most a minute, for
     * the step that is on and its checkpoint. The classifier is moved to the device, and what learns in a phase is what is not frozen
     * after it.
     *
     * @throws dev.graft.batch.UnreadableException naming all pictures that cannot be read, unless the plan leaves such pictures out
     * @throws IOException when a listener or checkpoint cannot write, or the run cannot go on from its checkpoint
     * @throws TrainingException when the loss is no longer a number
     * @throws dev.graft.torch.OutOfMemoryException saying what a batch of the plan takes; another run may follow
     */
    public Outcome fit() throws IOException {
        try (ExitGuard.Work work = ExitGuard.begin()) {
            RunContext context = context();
            boolean readsFiles = checkpoints.isPresent() || resumed.isPresent(); // they know the data by content
            if (readsFiles && !data.read(context.decoders(), context.stop())) {
                return new Outcome(Optional.empty(), true, Map.of());
            }
            Optional<Resume> resume = resumed.map(Resume::new);
            if (resume.isPresent()) resume.get().require(context);
            Checkpoints written = new Checkpoints(
                    context,
                    new Checkpoints.Policy(checkpoints, checkpointsEvery, checkpointsEverySteps, best),
                    resume.isPresent());
            try (Run run = new Run(context, written, resume)) {
                return fit(run);
            }
        }
    }

    private static Outcome fit(Run run) throws IOException {
        try {
            return run.fit();
        } catch (PictureException e) { // whoever mends it wants to know of the others too
            run.requireReadable();
            throw e;
        }
    }

    private RunContext context() {
        BooleanSupplier request = stop;
        boolean[] said = {false}; // who says it once is heard
        return new RunContext(
                classifier,
                data,
                plan,
                device,
                new Orders(random, givenOrder, data.train().size(), plan.epochs()),
                new Listeners(listeners),
                () -> said[0] |= ExitGuard.exiting() || request.getAsBoolean(),
                plan.epochs() - resumed.map(c -> c.run().epoch()).orElse(0),
                store,
                mostFeatureBytes,
                pixels,
                List.copyOf(metrics));
    }
}
