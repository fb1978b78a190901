package dev.graft.train;

import com.sun.management.OperatingSystemMXBean;
import dev.graft.batch.BatchLoader;
import dev.graft.batch.Layout;
import dev.graft.batch.PixelCache;
import dev.graft.batch.Staging;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.image.PictureException;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.ExitGuard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

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

    private static final Checkpoint.Data NO_DATA = new Checkpoint.Data(0, "", "");

    private final Classifier classifier;
    private final RunData data;
    private final TrainingPlan plan;
    private final ComputeDevice device;
    private final RandomSource random;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private BooleanSupplier stop = () -> false;
    private Path checkpoints;
    private Duration checkpointsEvery = Duration.ofSeconds(10);
    private int checkpointsEverySteps = Integer.MAX_VALUE;
    private long saved;
    private int stepsSinceSaved;
    private boolean written;
    private int[][] givenOrder;
    private Checkpoint resumed;
    private byte[] goOnDrawingFrom;
    private FeatureStore store;
    private long waited;
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
        plan.precision().requireFits(device);
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

    /**
     * Writes a checkpoint into this folder when the run ends or is stopped, and at the end of an epoch once the work of ten
     * seconds would be lost, or as long as {@link #checkpointsEvery} says: an epoch of a head takes less than its checkpoint. That of
     * an earlier run is gone once a new one has done an epoch.
     *
     * <p>A checkpoint knows its data by content: every picture's file is read once before the first step, which a run that finds its
     * features does anyway.
     */
    public Trainer checkpointsIn(Path folder) {
        checkpoints = folder;
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
     * Finds features of earlier runs there, and keeps those of this one; only a plan whose trunk is passed {@link
     * Trunk#ONCE} has any. Null for none.
     */
    public Trainer featuresIn(FeatureStore features) {
        store = features;
        return this;
    }

    /**
     * How much memory the features of all pictures may take, a quarter of the machine's unless said. What lies before a stage
     * such as {@code layer4} has many: 200 KB a picture in a ResNet18 at 224 x 224. Where they take more, pictures pass the
     * trunk in every epoch, with the same result.
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
        resumed = checkpoint;
        return this;
    }

    /**
     * Trains to the plan's last epoch, or until asked to stop, or until the JVM begins to exit, which waits, at most a minute, for
     * the step that is on and its checkpoint.
     *
     * @throws dev.graft.batch.UnreadableException naming all pictures that cannot be read, unless the plan leaves such pictures out
     * @throws IOException when a listener or checkpoint cannot write, or the run cannot go on from its checkpoint
     * @throws TrainingException when the loss is no longer a number
     * @throws dev.graft.torch.OutOfMemoryException saying what a batch of the plan takes; another run may follow
     */
    public Outcome fit() throws IOException {
        BooleanSupplier asked = stop;
        boolean[] said = {false}; // who says it once is heard
        stop = () -> said[0] |= ExitGuard.exiting() || asked.getAsBoolean();
        try (ExitGuard.Work work = ExitGuard.begin()) {
            return run();
        } finally {
            stop = asked;
        }
    }

    private Outcome run() throws IOException {
        checkOrder();
        saved = System.nanoTime();
        if (remembersData() && !data.read(plan.decoders(), stop)) {
            return new Outcome(Optional.empty(), true, Map.of());
        }
        Checkpoint.Progress at = resumed == null ? progress(0, 0, 0, 0) : resumable();
        classifier.freeze();
        plan.groups().forEach(g -> classifier.unfreeze(g.layer()));
        classifier.moveTo(device, headAlone() ? Layout.CONTIGUOUS : plan.layout());
        if (plan.trunk() == Trunk.EVERY_EPOCH) plan.precision().warnIfSlow(device); // the fused trunk says it itself
        try (Staging staging =
                        new Staging(device, plan.layout(), classifier.card().preprocessing());
                BatchLoader loader = new BatchLoader(
                        classifier.card().preprocessing(), staging, batchSize(), plan.decoders(), plan.unreadable());
                Optimizer optimizer = new Optimizer(classifier, plan.groups());
                LossLog losses = new LossLog(plan.reportEvery(), device, listeners)) {
            if (resumed != null) restore(optimizer, at);
            try {
                return run(at, loader, staging, optimizer, losses);
            } catch (PictureException e) { // whoever mends it wants to know of the others too
                loader.requireReadable(data.all());
                throw e;
            }
        }
    }

    private Outcome run(
            Checkpoint.Progress at, BatchLoader loader, Staging staging, Optimizer optimizer, LossLog losses)
            throws IOException {
        Optional<Source> made = source(at.epoch(), loader, staging);
        if (made.isEmpty()) {
            save(optimizer, random.state(), at);
            return new Outcome(Optional.empty(), true, loader.skipped());
        }
        try (Source source = made.get()) {
            return fit(at, source, optimizer, losses);
        }
    }

    /** Then the network's convolutions do not run here, and files take them row-major. */
    private boolean headAlone() {
        return plan.trunk() == Trunk.ONCE && Cut.before(plan.groups()).equals(Classifier.HEAD);
    }

    /** Empty when asked to stop before there is one. */
    private Optional<Source> source(int epoch, BatchLoader loader, Staging staging) throws IOException {
        PixelCache kept = plan.epochs() - epoch > 1 ? pixels : PixelCache.OFF; // what is read once need not be kept
        if (plan.trunk() == Trunk.ONCE) {
            Optional<FeatureStore> features = Optional.ofNullable(store);
            return new FeaturePass(
                            classifier,
                            plan,
                            device,
                            loader,
                            staging,
                            features,
                            mostFeatureBytes,
                            kept,
                            listeners,
                            stop)
                    .run(data, epoch, batchSize());
        }
        return Optional.of(new PictureSource(
                classifier, plan.precision(), plan.views(), data.train(), data.validation(), loader, staging, kept));
    }

    private Outcome fit(Checkpoint.Progress begin, Source source, Optimizer optimizer, LossLog losses)
            throws IOException {
        Checkpoint.Progress at = begin;
        Optional<Evaluation> evaluation = Optional.empty();
        for (int epoch = at.epoch(); epoch < plan.epochs(); epoch++) {
            optimizer.scaleLearningRates(plan.schedule().factor(epoch, plan.epochs()));
            byte[] drawnFrom = random.state();
            int[] order = givenOrder != null
                    ? givenOrder[epoch]
                    : random.permutation(data.train().size());
            if (goOnDrawingFrom != null) {
                random.restore(goOnDrawingFrom);
                goOnDrawingFrom = null;
            }
            losses.begin(epoch, at.step(), at.lossSum());
            long start = System.nanoTime();
            at = trainEpoch(order, drawnFrom, at, source, optimizer, losses);
            long trained = System.nanoTime();
            boolean whole = (long) at.batch() * batchSize() >= order.length;
            evaluation = whole ? evaluate(source) : Optional.empty();
            if (evaluation.isEmpty()) {
                save(optimizer, drawnFrom, at);
                return new Outcome(evaluation, true, source.skipped());
            }
            Checkpoint.Progress done = at;
            at = progress(epoch + 1, 0, 0, 0);
            boolean last = at.epoch() == plan.epochs();
            boolean due = last || System.nanoTime() - saved >= checkpointsEvery.toNanos();
            if (due) {
                save(optimizer, random.state(), at);
            } else if (resumed == null && epoch == 0 && checkpoints != null && !written) {
                Files.deleteIfExists(
                        checkpoints.resolve(Checkpoint.FILE)); // of an earlier run, which this one has left behind
            }
            report(done, evaluation.get(), trained - start, System.nanoTime() - trained);
            if (!last && stop.getAsBoolean()) {
                if (!due) save(optimizer, random.state(), at);
                return new Outcome(evaluation, true, source.skipped());
            }
        }
        if (evaluation.isEmpty()) { // resumed after its last epoch
            evaluation = evaluate(source);
        }
        return new Outcome(evaluation, evaluation.isEmpty(), source.skipped());
    }

    /** Empty when the JVM began to exit: it does not wait that long. */
    private Optional<Evaluation> evaluate(Source source) throws IOException {
        return Evaluation.of(classifier, data.validation(), source, ExitGuard::exiting);
    }

    /**
     * One pass over the training samples from where {@code at} is on; returns how far it came.
     *
     * @param drawnFrom the random source's state before the order was drawn
     */
    private Checkpoint.Progress trainEpoch(
            int[] order, byte[] drawnFrom, Checkpoint.Progress at, Source source, Optimizer optimizer, LossLog losses)
            throws IOException {
        source.trainingMode(plan.batchStatistics());
        int steps = at.step();
        int batch;
        try (Source.Pass pass = source.train(at.epoch(), order, at.batch())) {
            do {
                try (NativeScope step = NativeScope.open()) {
                    Source.Batch next = pass.next();
                    if (next == null) {
                        break;
                    }
                    losses.add(learn(optimizer, source, next));
                }
                steps++;
                if (++stepsSinceSaved >= checkpointsEverySteps && checkpoints != null) {
                    losses.flush();
                    save(optimizer, drawnFrom, progress(at.epoch(), steps, pass.taken(), losses.sum()));
                }
            } while (!stop.getAsBoolean());
            batch = pass.taken();
            waited = pass.waitedNanos();
        }
        losses.flush();
        if (steps == 0) {
            throw new IOException("training: none of the epoch's " + order.length + " pictures could be read, such as "
                    + source.skipped().values().stream().findFirst().orElse("none at all") + "; see to the data");
        }
        return progress(at.epoch(), steps, batch, losses.sum());
    }

    /** Graft's own networks draw no numbers; others may have dropout. */
    private Tensor learn(Optimizer optimizer, Source source, Source.Batch batch) {
        Supplier<Tensor> step = () -> TrainingStep.learn(
                classifier, optimizer, () -> source.logits(batch.input()), batch.labels(), source.precision());
        return classifier.card().network() instanceof Architecture ? step.get() : random.asDefault(step);
    }

    private Checkpoint.Progress progress(int epoch, int step, int batch, double lossSum) {
        return new Checkpoint.Progress(epoch, step, batch, lossSum, remembersData() ? data.fingerprints() : NO_DATA);
    }

    /** Else no file need be read for it. */
    private boolean remembersData() {
        return checkpoints != null || resumed != null;
    }

    /** The plan's, or less where there are not as many pictures: the buffers are made for it. */
    private int batchSize() {
        int most = Math.max(data.train().size(), data.validation().size());
        return givenOrder != null ? plan.batchSize() : Math.min(plan.batchSize(), most);
    }

    private void checkOrder() {
        for (int epoch = 0; givenOrder != null && epoch < plan.epochs(); epoch++) {
            if (epoch >= givenOrder.length || givenOrder[epoch].length == 0) {
                throw new IllegalArgumentException("order: given for " + givenOrder.length + " epochs, the plan has "
                        + plan.epochs() + "; train fewer epochs or give a longer order");
            }
            for (int sample : givenOrder[epoch]) {
                if (sample < 0 || sample >= data.train().size()) {
                    throw new IllegalArgumentException("order: epoch " + (epoch + 1) + " names sample " + sample
                            + ", there are " + data.train().size() + "; the order belongs to other data");
                }
            }
        }
    }

    /**
     * Where the checkpoint was written, once it is sure that the run may go on from there.
     *
     * @throws IOException when the data or the classifier are others
     * @throws IllegalArgumentException when the plan is another
     */
    private Checkpoint.Progress resumable() throws IOException {
        Checkpoint.Progress at = resumed.progress();
        requirePlan(TrainingPlan.fromJson(resumed.plan()));
        if (plan.epochs() < at.epoch() + (at.step() > 0 ? 1 : 0)) {
            throw new IllegalArgumentException("checkpoint: " + resumed.file() + " is in epoch " + (at.epoch() + 1)
                    + " after " + at.step() + " steps, the plan has " + plan.epochs() + " epochs; resume with more");
        }
        Checkpoint.Data now = data.fingerprints();
        if (at.data().pictures() != now.pictures()) {
            throw new IOException("checkpoint: " + resumed.file() + " was written with "
                    + at.data().pictures() + " training pictures, the data has " + now.pictures()
                    + "; resume with the same data");
        }
        if (!at.data().equals(now)) {
            String which = at.data().training().equals(now.training()) ? "validation" : "training";
            throw new IOException(
                    "checkpoint: " + resumed.file() + " was written with other " + which + " pictures (other"
                            + " contents, another order, or a split by another seed or fraction); resume with the same data");
        }
        Optional<String> difference = resumed.difference(classifier);
        if (difference.isPresent()) {
            throw new IOException("checkpoint: " + resumed.file() + " is of another classifier: " + difference.get()
                    + "; resume with the one that Classifier.load gives of this file");
        }
        return at;
    }

    private void requirePlan(TrainingPlan before) throws IOException {
        if (plan.continues(before)) return;
        if (plan.withEpochs(before.epochs()).continues(before)) {
            throw new IllegalArgumentException("checkpoint: " + resumed.file() + " was written under the schedule "
                    + before.schedule() + " over " + before.epochs() + " epochs; over " + plan.epochs()
                    + " the learning rates are others; resume with " + before.epochs() + " epochs, or start anew");
        }
        throw new IllegalArgumentException(
                "checkpoint: " + resumed.file() + " was written under the plan " + resumed.plan() + ", this one is "
                        + plan.toJson() + "; only epochs, workers and reportEvery may differ");
    }

    private void restore(Optimizer optimizer, Checkpoint.Progress at) throws IOException {
        random.restore(resumed.generator());
        goOnDrawingFrom = at.batch() > 0 ? resumed.generatorNow() : null;
        Map<String, Tensor> state = resumed.optimizer();
        try {
            optimizer.restore(state);
        } finally {
            state.values().forEach(Tensor::close);
        }
        resumed.close(); // the next checkpoint takes the file's place: Windows refuses that while it is open
        for (TrainingListener l : listeners) {
            l.onResume(new TrainingListener.Resumed(at.epoch() + 1, plan.epochs(), at.step()));
        }
    }

    private void save(Optimizer optimizer, byte[] generator, Checkpoint.Progress progress) throws IOException {
        if (checkpoints != null) {
            // Resumed within an epoch and stopped before it began again, the generator is not there yet.
            byte[] now = goOnDrawingFrom != null ? goOnDrawingFrom : random.state();
            try (NativeScope scope = NativeScope.open()) {
                Checkpoint.write(checkpoints, classifier, optimizer.state(), generator, now, plan.toJson(), progress);
            }
            saved = System.nanoTime();
            stepsSinceSaved = 0;
            written = true;
        }
    }

    private void report(Checkpoint.Progress at, Evaluation e, long trainNanos, long validationNanos)
            throws IOException {
        TrainingListener.Epoch event = new TrainingListener.Epoch(
                at.epoch() + 1,
                plan.epochs(),
                at.lossSum() / at.step(),
                e.correct(),
                e.samples().length,
                trainNanos / 1e9,
                validationNanos / 1e9,
                waited / 1e9);
        for (TrainingListener l : listeners) {
            l.onEpoch(event);
        }
    }
}
