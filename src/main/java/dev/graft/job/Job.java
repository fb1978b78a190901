package dev.graft.job;

import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.features.FeatureStore;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
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
 * A training run with all that belongs to it: pictures, the network that gets a new head or the checkpoint that it goes on from, a plan,
 * listeners, and the folder for its files. {@link #open} reads the network and refuses what does not go together; {@link OpenJob#run}
 * trains.
 *
 * <p>Used by one thread.
 */
public final class Job {
    /** Where the classifier comes from. */
    @FunctionalInterface
    private interface Origin {
        Classifier classifier(RandomSource random) throws IOException;
    }

    /** What to learn from: the classes are known when the network gets its head, the pictures may come after it was accepted. */
    public interface Pictures {
        /** The names of the classes, in the order of their labels. */
        List<String> classes();

        /**
         * The pictures; asked once, before training begins.
         *
         * @throws IOException when they cannot be listed or made
         */
        ImageFolder open() throws IOException;

        /** Those of a folder that is there. */
        static Pictures of(ImageFolder data) {
            return new Pictures() {
                @Override
                public List<String> classes() {
                    return data.classes();
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
    Optional<FeatureStore> features = Optional.empty();
    PixelCache pixels = PixelCache.OFF;
    OptionalInt checkpointEverySteps = OptionalInt.empty();
    Optional<RunFolder> folder = Optional.empty();
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
     * A new head on a pretrained ResNet; which one, the file's tensors tell.
     *
     * @param weights of any kind that {@link WeightsFile} opens, read as data: none of its code runs
     */
    public static Job graft(Path weights, Pictures pictures, Preprocessing preprocessing) {
        return graft(weights, WeightsChoice.ANY, pictures, preprocessing);
    }

    /** The same from that of a file's state dicts which was chosen; without a key, from the one that fits. */
    public static Job graft(Path weights, WeightsChoice choice, Pictures pictures, Preprocessing preprocessing) {
        return new Job(pictures, Optional.empty(), random -> {
            ModelCard card = new ModelCard(architecture(weights, choice), pictures.classes(), preprocessing);
            return Classifier.graft(weights, choice, card, random);
        });
    }

    /** A new head on any network; the file's code runs. */
    public static Job graft(TrustedScript network, Pictures pictures, Preprocessing preprocessing) {
        return new Job(
                pictures,
                Optional.empty(),
                random -> Classifier.graft(network, pictures.classes(), preprocessing, random));
    }

    /** {@link #resume(Path, Pictures)} for a folder of pictures. */
    public static Job resume(Path place, ImageFolder data) {
        return resume(place, Pictures.of(data));
    }

    /**
     * Goes on from a checkpoint, with the same pictures.
     *
     * @param place the checkpoint's folder, or its file
     */
    public static Job resume(Path place, Pictures pictures) {
        return new Job(pictures, Optional.of(place), random -> Classifier.load(Checkpoint.fileIn(place)));
    }

    /**
     * The same where the network came in another file, whose code runs.
     *
     * @param network the file that the head was grafted onto
     */
    public static Job resume(Path place, TrustedScript network, Pictures pictures) {
        return new Job(pictures, Optional.of(place), random -> Classifier.load(Checkpoint.fileIn(place), network));
    }

    /** What is none of them is refused as the nearest: the refusal lists what is missing. */
    private static Architecture architecture(Path weights, WeightsChoice choice) throws IOException {
        try (WeightsFile file = WeightsFile.open(weights, Architecture.any(choice))) {
            return Architecture.recognise(file)
                    .or(() -> Architecture.nearest(file))
                    .orElse(Architecture.RESNET18);
        }
    }

    /** The plan of a new job, {@link TrainingPlan#fast} unless said. That of a resumed one is the checkpoint's. */
    public Job plan(TrainingPlan p) {
        return plan(before -> p);
    }

    /**
     * Changes the plan: that of a new job, which is {@link TrainingPlan#fast}, or the checkpoint's, which may change as {@link
     * TrainingPlan#continues} says.
     */
    public Job plan(UnaryOperator<TrainingPlan> change) {
        plan = change;
        return this;
    }

    /** Where it is computed, the processor unless said. */
    public Job on(ComputeDevice where) {
        device = where;
        return this;
    }

    /** Of the head and the orders, 0 unless said. */
    public Job seed(long s) {
        seed = s;
        return this;
    }

    /** Finds features of earlier runs there and keeps those of this one; none unless said. */
    public Job featuresIn(FeatureStore store) {
        features = Optional.of(store);
        return this;
    }

    /** Keeps pixels for later epochs; none unless said. */
    public Job pixelCache(PixelCache cache) {
        pixels = cache;
        return this;
    }

    /** Also writes a checkpoint within epochs, after so many steps. */
    public Job checkpointEverySteps(int steps) {
        checkpointEverySteps = OptionalInt.of(steps);
        return this;
    }

    /**
     * Writes model, checkpoint, metrics and predictions there; without it nothing is written. Files of an earlier run go with the first
     * step, unless this one goes on with it.
     */
    public Job into(RunFolder run) {
        folder = Optional.of(run);
        return this;
    }

    /** Tells a listener of the run's progress. */
    public Job listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Asked after every step; the run ends cleanly, with a checkpoint, once it says true. */
    public Job stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /**
     * Reads the network, and the checkpoint where there is one; trains nothing yet. The caller closes it.
     *
     * @throws IOException when a file cannot be read, or the pictures or the plan are not the checkpoint's
     * @throws IllegalArgumentException when the plan is not one for the device, or cannot go on
     */
    public OpenJob open() throws IOException {
        return new OpenJob(this);
    }

    /** {@link #open}, {@link OpenJob#run} and {@link OpenJob#close}. */
    public Result run() throws IOException {
        try (OpenJob job = open()) {
            return job.run();
        }
    }

    Classifier classifier(RandomSource random) throws IOException {
        return origin.classifier(random);
    }
}
