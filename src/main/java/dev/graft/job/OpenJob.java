package dev.graft.job;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.distributed.RankGroup;
import dev.graft.model.Classifier;
import dev.graft.model.FrequencyBias;
import dev.graft.plan.LossSpec;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.MetricsFile;
import dev.graft.report.OutOfFoldFile;
import dev.graft.report.PredictionsFile;
import dev.graft.report.TrainingListener;
import dev.graft.torch.RandomSource;
import dev.graft.train.Evaluation;
import dev.graft.train.HeadRules;
import dev.graft.train.RateCurve;
import dev.graft.train.RateFinder;
import dev.graft.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A {@link Job} whose network has been read. Owns the network and the checkpoint: close it. Not thread-safe. It can
 * train once.
 */
public final class OpenJob implements AutoCloseable {
    private final Job job;
    private final Optional<Checkpoint> resumed;
    private final RandomSource random;
    private final Classifier classifier;
    private final TrainingPlan plan;
    private ImageFolder data; // null until first used
    private int[][] order;
    private Event.HeadFitted head; // null where none was fitted at once

    OpenJob(Job job) throws IOException {
        this.job = job;
        this.resumed = job.resumed.isPresent() ? Optional.of(Checkpoint.open(job.resumed.get())) : Optional.empty();
        RandomSource numbers = null;
        Classifier made = null;
        boolean whole = false;
        try {
            numbers = new RandomSource(job.seed);
            made = job.classifier(numbers);
            requireClasses(made);
            this.plan = job.plan.apply(resumed.map(Checkpoint::plan).orElseGet(() -> standard(job.pictures)));
            requireHead(made, plan);
            if (resumed.isPresent()) Trainer.requireContinues(resumed.get(), plan);
            whole = true;
        } finally {
            if (!whole) {
                if (made != null) made.close();
                if (numbers != null) numbers.close();
                if (resumed.isPresent()) resumed.get().close();
            }
        }
        this.random = numbers;
        this.classifier = made;
    }

    private static TrainingPlan standard(Job.Pictures pictures) {
        TrainingPlan fast = TrainingPlan.fast();
        return pictures.isMultiLabel() ? fast.withLoss(LossSpec.BINARY_CROSS_ENTROPY) : fast;
    }

    private void requireHead(Classifier made, TrainingPlan wanted) {
        wanted.compute().precision().requireFits(job.device);
        HeadRules.require(made.card().head(), wanted);
        if (job.biasFromFrequencies) requireBias(made, wanted);
    }

    private static void requireBias(Classifier made, TrainingPlan plan) {
        FrequencyBias.require(made);
        if (plan.phases().get(0).fitsAtOnce())
            throw new IllegalArgumentException(
                    "head: the phase " + plan.phases().get(0).name()
                            + " fits the bias itself, so it cannot begin with the frequencies of the classes; leave this setting"
                            + " out, or take a plan of steps");
    }

    private void requireClasses(Classifier made) throws IOException {
        List<String> known = made.card().classes();
        List<String> given = job.pictures.classes();
        if (!known.equals(given)) {
            throw new IOException("resume: the checkpoint has the classes " + known + ", but the data has " + given
                    + "; give the data of the stopped run");
        }
        if (made.card().isMultiLabel() != job.pictures.isMultiLabel()) {
            throw new IOException("resume: the checkpoint's pictures have "
                    + (made.card().isMultiLabel() ? "any number of labels" : "one class each")
                    + ", those of the data have not; give the data of the stopped run");
        }
    }

    /** The network with its head; closed together with this object. */
    public Classifier classifier() {
        return classifier;
    }

    /**
     * The pictures.
     *
     * @throws IOException when the pictures cannot be listed or made
     */
    public ImageFolder data() throws IOException {
        if (data == null) data = job.pictures.open();
        return data;
    }

    /** The plan of the training. */
    public TrainingPlan plan() {
        return plan;
    }

    /**
     * Checks that this network could be trained with another plan, on these pictures and this device. Trains nothing.
     *
     * @throws IllegalArgumentException when it could not
     * @throws IOException when the pictures cannot be listed or made
     */
    public void require(TrainingPlan other) throws IOException {
        requireHead(classifier, other);
        other.phases().stream()
                .flatMap(phase -> phase.groups().stream())
                .forEach(group -> classifier.parametersOf(group.layer()));
        Trainer.of(classifier, data(), other).on(job.device);
    }

    /** The checkpoint that it resumes from; closed together with this object. */
    public Optional<Checkpoint> resumed() {
        return resumed;
    }

    /**
     * Sets the order of each epoch instead of drawing it.
     *
     * @param epochs [epochs][samples], indices into the training samples
     */
    public OpenJob order(int[][] epochs) {
        order = epochs;
        return this;
    }

    /**
     * Searches a learning rate for the plan's first phase; see {@link RateFinder}. The classifier stays as it is, so {@link #run} may follow.
     *
     * @throws IllegalArgumentException when that phase makes no steps
     * @throws IOException when a picture cannot be read
     */
    public RateCurve findRate(RateFinder.Rates rates) throws IOException {
        return findRate(rates, event -> {});
    }

    /** The same, with someone who is told of the search's events; the job's own listeners are not. */
    public RateCurve findRate(RateFinder.Rates rates, TrainingListener told) throws IOException {
        return new RateFinder(classifier, data().train(), plan)
                .on(job.device)
                .featuresIn(job.features.orElse(null))
                .stopWhen(job.stop)
                .listener(told)
                .find(rates);
    }

    /**
     * Trains. When it is done, writes the model and its predictions for the validation pictures.
     *
     * @throws IOException when a picture cannot be read, a file cannot be written, or the data differ from the
     *     checkpoint's
     * @throws dev.graft.train.TrainingException when the loss is no longer finite
     */
    public Result run() throws IOException {
        ImageFolder pictures = data();
        if (job.biasFromFrequencies) FrequencyBias.set(classifier, frequencies(pictures));
        Trainer trainer = Trainer.of(classifier, pictures, plan)
                .on(job.device)
                .drawingFrom(random)
                .featuresIn(job.features.orElse(null))
                .pixelCache(job.pixels)
                .stopWhen(job.stop);
        job.ranks.ifPresent(trainer::ranks);
        if (job.ownStatistics) trainer.statisticsOfEachRank();
        job.checkpointEverySteps.ifPresent(trainer::checkpointsEverySteps);
        job.best.ifPresent(trainer::keepBest);
        trainer.keepLast(job.keptEpochs);
        job.listeners.forEach(trainer::listener);
        trainer.listener(TrainingListener.on(Event.HeadFitted.class, fitted -> head = fitted));
        resumed.ifPresent(trainer::resume);
        if (order != null) trainer.order(order);
        boolean writes =
                job.folder.isPresent() && job.ranks.map(RankGroup::isFirst).orElse(true);
        return writes ? run(trainer, job.folder.get()) : result(trainer.fit(), Optional.empty());
    }

    private static long[] frequencies(ImageFolder pictures) {
        long[] counts = new long[pictures.classes().size()];
        pictures.train().forEach(sample -> counts[sample.label()]++);
        return counts;
    }

    private Result run(Trainer trainer, RunFolder folder) throws IOException {
        boolean goesOn = resumed.isPresent() && folder.holds(resumed.get().file());
        EarlierFiles earlier = new EarlierFiles(folder, !goesOn);
        Trainer.Outcome outcome;
        try (MetricsFile metrics = metrics(folder, goesOn)) {
            if (job.networkKept) trainer.checkpointsIn(folder.checkpoint());
            outcome = trainer.listener(earlier)
                    .listener(metrics)
                    .listener(TrainingListener.on(
                            Event.HeadFitted.class,
                            fitted -> OutOfFoldFile.write(folder.outOfFold(), data.root(), fitted.outOfFold())))
                    .fit();
        }
        if (outcome.stopped()) return result(outcome, Optional.empty());
        earlier.remove();
        Optional<String> sha256 = job.networkKept ? Optional.of(classifier.save(folder.model())) : Optional.empty();
        writePredictions(folder.predictions(), outcome.evaluation().orElseThrow());
        return result(outcome, sha256);
    }

    private Result result(Trainer.Outcome outcome, Optional<String> sha256) {
        return new Result(
                outcome.evaluation(), outcome.stopped(), outcome.skipped(), sha256, Optional.ofNullable(head));
    }

    private MetricsFile metrics(RunFolder folder, boolean goesOn) throws IOException {
        Path file = folder.make().metrics();
        return goesOn
                ? MetricsFile.resumed(
                        file,
                        resumed.orElseThrow().run().epoch(),
                        resumed.orElseThrow().run().step())
                : new MetricsFile(file);
    }

    private void writePredictions(Path file, Evaluation evaluation) throws IOException {
        if (evaluation.samples().length == 0) return;
        List<String> classes = data.classes();
        List<PredictionsFile.Row> rows = new ArrayList<>();
        for (int i = 0; i < evaluation.samples().length; i++) {
            Sample sample = data.validation().get(evaluation.samples()[i]);
            rows.add(new PredictionsFile.Row(
                    data.nameOf(sample),
                    data.labelsOf(sample),
                    predicted(evaluation, i),
                    evaluation.probabilities()[i]));
        }
        PredictionsFile.write(file, classes, rows);
    }

    private String predicted(Evaluation evaluation, int i) {
        List<String> classes = data.classes();
        if (!evaluation.scores().isMultiLabel()) return classes.get(evaluation.predicted(i));
        return IntStream.range(0, classes.size())
                .filter(c -> evaluation.scores().predicts(i, c))
                .mapToObj(classes::get)
                .collect(Collectors.joining("|"));
    }

    /**
     * Removes the files of an earlier run at the first step, so that they are not mistaken for files of this run.
     * Before that, the run may still be refused.
     */
    private static final class EarlierFiles implements TrainingListener {
        private final RunFolder folder;
        private boolean there;

        EarlierFiles(RunFolder folder, boolean there) {
            this.folder = folder;
            this.there = there;
        }

        @Override
        public void on(Event event) throws IOException {
            if (event instanceof Event.StepsTaken) remove();
        }

        void remove() throws IOException {
            if (there) folder.clear();
            there = false;
        }
    }

    @Override
    public void close() throws IOException {
        classifier.close();
        random.close();
        if (resumed.isPresent()) resumed.get().close();
    }
}
