package dev.graft.job;

import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.distributed.RankGroup;
import dev.graft.features.FeatureStore;
import dev.graft.image.Preprocessing;
import dev.graft.metrics.Metric;
import dev.graft.model.Classifier;
import dev.graft.model.HeadSpec;
import dev.graft.model.TrustedScript;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.WeightsChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A complete training run: pictures, a network for a new head or a checkpoint to resume from, a plan, listeners, and
 * the folder for its files. {@link #open} reads the network and refuses settings that do not fit together; {@link
 * OpenJob#run} trains.
 *
 * <p>Not thread-safe.
 */
public final class Job {
    /** The pictures of a job. The class names must be known when the head is made; the pictures may be made later. */
    public interface Pictures {
        /** The names of the classes, in the order of their labels. */
        List<String> classes();

        /** Whether pictures have any number of labels, see {@link ImageFolder#isMultiLabel}. */
        default boolean isMultiLabel() {
            return false;
        }

        /**
         * Opens the pictures; called once, before training begins.
         *
         * @throws IOException when they cannot be listed or made
         */
        ImageFolder open() throws IOException;

        /** The pictures of an open folder. */
        static Pictures of(ImageFolder data) {
            return new Pictures() {
                @Override
                public List<String> classes() {
                    return data.classes();
                }

                @Override
                public boolean isMultiLabel() {
                    return data.isMultiLabel();
                }

                @Override
                public ImageFolder open() {
                    return data;
                }
            };
        }
    }

    final Pictures pictures;
    final Optional<Path> resumed;
    private final Origin origin;
    final List<TrainingListener> listeners = new ArrayList<>();
    UnaryOperator<TrainingPlan> plan = p -> p;
    ComputeDevice device = ComputeDevice.CPU;
    long seed;
    private HeadSpec head = HeadSpec.LINEAR;
    boolean biasFromFrequencies;
    Optional<FeatureStore> features = Optional.empty();
    PixelCache pixels = PixelCache.OFF;
    OptionalInt checkpointEverySteps = OptionalInt.empty();
    Optional<Metric> best = Optional.empty();
    int keptEpochs;
    Optional<RunFolder> folder = Optional.empty();
    boolean networkKept = true;
    Optional<RankGroup> ranks = Optional.empty();
    boolean ownStatistics;
    BooleanSupplier stop = () -> false;

    private Job(Pictures pictures, Optional<Path> resumed, Origin origin) {
        this.pictures = pictures;
        this.resumed = resumed;
        this.origin = origin;
    }

    /** {@link #graft(Path, Pictures, Preprocessing)} for a folder of pictures. */
    public static Job graft(Path weights, ImageFolder data, Preprocessing preprocessing) {
        return graft(weights, Pictures.of(data), preprocessing);
    }

    /**
     * A new head on a pretrained ResNet. The tensors in the file tell which ResNet it is.
     *
     * @param weights a file of any kind that {@link WeightsFile} opens, read as data: none of its code runs
     */
    public static Job graft(Path weights, Pictures pictures, Preprocessing preprocessing) {
        return graft(weights, WeightsChoice.ANY, pictures, preprocessing);
    }

    /** The same from that of a file's state dicts which was chosen; without a key, from the one that fits. */
    public static Job graft(Path weights, WeightsChoice choice, Pictures pictures, Preprocessing preprocessing) {
        return new Job(pictures, Optional.empty(), Origin.weights(weights, choice, pictures, preprocessing));
    }

    /**
     * A new linear head on any network; the file's code runs.
     *
     * @throws IllegalArgumentException when pictures have any number of labels: only Graft's own networks learn from such
     */
    public static Job graft(TrustedScript network, Pictures pictures, Preprocessing preprocessing) {
        if (pictures.isMultiLabel())
            throw new IllegalArgumentException(
                    "trusted: the data is multi-label, and only Graft's own networks learn from"
                            + " pictures with any number of labels; give weights of a ResNet instead");
        return new Job(pictures, Optional.empty(), Origin.script(network, pictures, preprocessing));
    }

    /** {@link #resume(Path, Pictures)} for a folder of pictures. */
    public static Job resume(Path place, ImageFolder data) {
        return resume(place, Pictures.of(data));
    }

    /** Resumes the run of a checkpoint, given as its folder or its file, with the same pictures. */
    public static Job resume(Path place, Pictures pictures) {
        return new Job(pictures, Optional.of(place), (head, random) -> Classifier.load(Checkpoint.fileIn(place)));
    }

    /**
     * Resumes the run of a checkpoint whose network's code is in another file. That code runs.
     *
     * @param network the file that the head was grafted onto
     */
    public static Job resume(Path place, TrustedScript network, Pictures pictures) {
        return new Job(pictures, Optional.of(place), (h, random) -> Classifier.load(Checkpoint.fileIn(place), network));
    }

    /**
     * Sets the plan; the default is the checkpoint's for a resumed job, and {@link TrainingPlan#fast} for a new one (with {@link
     * dev.graft.plan.LossSpec#BINARY_CROSS_ENTROPY} if the pictures are multi-label).
     */
    public Job plan(TrainingPlan p) {
        return plan(before -> p);
    }

    /**
     * Changes the default plan: {@link TrainingPlan#fast} for a new job, or the checkpoint's plan. {@link
     * TrainingPlan#continues} says which changes a resumed job allows.
     */
    public Job plan(UnaryOperator<TrainingPlan> change) {
        plan = change;
        return this;
    }

    /**
     * Sets the kind of the new head; the default is {@link HeadSpec#LINEAR}. A resumed run has the head of its checkpoint.
     *
     * @throws IllegalStateException when this job resumes a run
     */
    public Job head(HeadSpec spec) {
        requireNew("a head");
        head = spec;
        return this;
    }

    /**
     * Begins with the classes' shares of the training pictures as bias, see {@link dev.graft.model.FrequencyBias}; off by default.
     *
     * @throws IllegalStateException when this job resumes a run
     */
    public Job biasFromFrequencies() {
        requireNew("a bias");
        biasFromFrequencies = true;
        return this;
    }

    private void requireNew(String what) {
        if (resumed.isPresent())
            throw new IllegalStateException("resume: the checkpoint holds " + what + "; leave this setting out");
    }

    /** Sets the device; the default is the processor. */
    public Job on(ComputeDevice where) {
        device = where;
        return this;
    }

    /** Sets the seed for the head and the orders; the default is 0. */
    public Job seed(long s) {
        seed = s;
        return this;
    }

    /** Reads features of earlier runs from this store and adds those of this run. The default is no store. */
    public Job featuresIn(FeatureStore store) {
        features = Optional.of(store);
        return this;
    }

    /** Caches pixels for later epochs. The default is no cache. */
    public Job pixelCache(PixelCache cache) {
        pixels = cache;
        return this;
    }

    /** Also writes checkpoints within epochs, after this number of steps (at least 1). */
    public Job checkpointEverySteps(int steps) {
        checkpointEverySteps = OptionalInt.of(steps);
        return this;
    }

    /** Also keeps the checkpoint of the best epoch, see {@link dev.graft.train.Trainer#keepBest}. */
    public Job keepBest(Metric metric) {
        best = Optional.of(metric);
        return this;
    }

    /** Also keeps the checkpoints of the last epochs, see {@link dev.graft.train.Trainer#keepLast}. */
    public Job keepLast(int epochs) {
        keptEpochs = epochs;
        return this;
    }

    /**
     * Writes model, checkpoint, metrics and predictions into this folder. Without it, nothing is written. Files of an
     * earlier run are removed at the first step, unless this job resumes that run.
     */
    public Job into(RunFolder run) {
        folder = Optional.of(run);
        return this;
    }

    /** Writes neither a model nor checkpoints into the folder, for a run of which only the metrics count. It cannot be resumed. */
    public Job withoutNetwork() {
        networkKept = false;
        return this;
    }

    /** Shares the run with other ranks, see {@link dev.graft.train.Trainer#ranks}. Only rank 0 writes files. */
    public Job ranks(RankGroup group) {
        ranks = Optional.of(group);
        return this;
    }

    /** See {@link dev.graft.train.Trainer#statisticsOfEachRank}. */
    public Job statisticsOfEachRank() {
        ownStatistics = true;
        return this;
    }

    /** Adds a listener for the run's events. */
    public Job listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Sets a request to stop, asked after every step: when it returns true, the run ends cleanly with a checkpoint. */
    public Job stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /**
     * Reads the network, and the checkpoint if there is one. Does not train yet. The caller closes the result.
     *
     * @throws IOException when a file cannot be read, or the classes differ from the checkpoint's
     * @throws IllegalArgumentException when the device does not support the plan's precision, or the run cannot resume
     *     with this plan
     */
    public OpenJob open() throws IOException {
        return new OpenJob(this);
    }

    /** Does {@link #open}, {@link OpenJob#run} and {@link OpenJob#close}. */
    public Result run() throws IOException {
        try (OpenJob job = open()) {
            return job.run();
        }
    }

    Classifier classifier(RandomSource random) throws IOException {
        return origin.classifier(head, random);
    }
}
