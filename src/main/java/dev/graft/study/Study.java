package dev.graft.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.features.Contents;
import dev.graft.features.FeatureStore;
import dev.graft.files.TemporaryFolder;
import dev.graft.job.Job;
import dev.graft.job.Result;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.OutOfFoldFile;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Trains a plan several times from the same start: for each point of a {@link Grid}, with several seeds, and once for
 * each of several stratified folds, which judges the network that was trained on the others. Without folds, the
 * validation pictures judge.
 *
 * <p>All runs read features from one {@link FeatureStore}: where only the head learns, each picture passes the frozen
 * layers once for all of them. One network is in memory at a time.
 *
 * <p>With a folder, each run that ended is kept, and {@link #run} again with the same settings, pictures and network goes
 * on with the others. A run that was stopped goes on from its checkpoint; where only a head learns from features, it
 * begins again. Not thread-safe.
 */
public final class Study {
    /** The file of a study in its folder: settings, runs and results. */
    public static final String FILE = "study.json";

    /** The file of all pictures with what networks say that were trained without them. */
    public static final String OUT_OF_FOLD = "out-of-fold.csv";

    /** The folder of the final model's run, in the study's folder. */
    public static final String FINAL = "final";

    private static final int MOST = 1000;

    /**
     * A run ended.
     *
     * @param number of runs that ended so far
     * @param members number of all runs
     * @param earlier whether it ended before the study was stopped, and was not trained again
     */
    public record Step(MemberResult result, int number, int members, boolean earlier) {}

    private final Start start;
    private final ImageFolder data;
    private final TrainingPlan plan;
    private int folds;
    private int seeds = 1;
    private long seed;
    private Grid grid = Grid.NONE;
    private Metric rankedBy = Metrics.accuracy();
    private boolean last;
    private UnaryOperator<Job> jobs = job -> job;
    private Optional<FeatureStore> store = Optional.empty();
    private Optional<Path> folder = Optional.empty();
    private BooleanSupplier stop = () -> false;
    private Consumer<Step> listener = step -> {};

    /** A study of this plan, which trains once, judged by the validation pictures, unless settings say more. */
    public Study(Start start, ImageFolder data, TrainingPlan plan) {
        this.start = Objects.requireNonNull(start, "start");
        this.data = Objects.requireNonNull(data, "data");
        this.plan = Objects.requireNonNull(plan, "plan");
    }

    /**
     * Deals the training pictures into folds, each with its share of each class; each fold judges once. If the folder has
     * no validation pictures of its own, those that were chosen by a seed are dealt too. Pictures that are alone in their
     * class always train.
     *
     * <p>If the plan's {@link TrainingPlan#ending} takes the best epoch or stops early, the fold that judges has also
     * chosen the epoch: the metrics are then a little too good.
     *
     * @param n 2 to 1000
     */
    public Study folds(int n) {
        folds = between("folds", n, 2);
        return this;
    }

    /**
     * Trains with this many seeds, one after the other from {@link #seed}. A seed drives the head, the orders, the plan's
     * own seed, the views, and the folds.
     *
     * @param n 1 to 1000
     */
    public Study seeds(int n) {
        seeds = between("seeds", n, 1);
        return this;
    }

    private static int between(String what, int n, int least) {
        if (n >= least && n <= MOST) return n;
        throw new IllegalArgumentException("study: " + what + " must be " + least + " to " + MOST + ", was " + n);
    }

    /** Sets the first seed; the default is 0. A run with this seed is the run of {@link Job#seed} with the same one. */
    public Study seed(long first) {
        seed = first;
        return this;
    }

    /** Tries every combination of these values. The same seeds and folds judge each of them. */
    public Study grid(Grid values) {
        grid = values;
        return this;
    }

    /** Sets the metric by which the points of the grid are ordered; the default is the accuracy. */
    public Study rankedBy(Metric metric) {
        rankedBy = metric;
        return this;
    }

    /**
     * Also trains a final model: the best point with the first seed, with folds on all pictures that were dealt. Its files
     * are those of a {@link Job}, in the folder {@link #FINAL}.
     */
    public Study withFinalModel() {
        last = true;
        return this;
    }

    /** Changes each run's job: its device, pixel cache or listeners. Plan, seed, features and folder are the study's. */
    public Study jobs(UnaryOperator<Job> change) {
        jobs = change;
        return this;
    }

    /** Reads features from this store and adds those of this study. The default is a store that goes with the study's end. */
    public Study featuresIn(FeatureStore features) {
        store = Optional.of(features);
        return this;
    }

    /** Keeps the study in this folder, and goes on with what is there. The default is to write nothing. */
    public Study into(Path place) {
        folder = Optional.of(place);
        return this;
    }

    /** Sets a request to stop, asked after every step: the run ends cleanly, and the study with it. */
    public Study stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** Sets who is told of each run that ended. */
    public Study listener(Consumer<Step> each) {
        listener = each;
        return this;
    }

    /**
     * Trains all runs that have not ended before. A run whose loss is not finite counts as failed where others follow by
     * the grid; else it ends the study.
     *
     * @throws IOException when a picture cannot be read, a file cannot be written, or the folder holds another study
     * @throws IllegalArgumentException when settings do not fit together, a value of the grid is not allowed or not possible
     *     on this machine, or there are too few pictures: before the first run
     * @throws IllegalStateException when the only point of the grid failed
     */
    public StudyResult run() throws IOException {
        Settings settings = new Settings(grid.points(plan), seeds, folds, seed);
        Division division = Division.of(data, folds, seed);
        requireFinal(division);
        Member first = settings.members().get(0);
        PlanCheck.require(jobs.apply(start.graft(Job.Pictures.of(division.pictures(first)))), settings.points());
        Optional<StudyFolder> kept = Optional.empty();
        if (folder.isPresent()) {
            Optional<ObjectNode> words = words(division);
            if (words.isEmpty()) return stopped(division, List.of());
            kept = Optional.of(StudyFolder.open(folder.get(), words.get()));
            kept.get().write();
        }
        if (store.isPresent()) return run(settings, division, kept, store.get());
        try (TemporaryFolder features = TemporaryFolder.create()) {
            return run(settings, division, kept, FeatureStore.in(features.path()));
        }
    }

    private void requireFinal(Division division) {
        if (!last) return;
        if (folder.isEmpty())
            throw new IllegalArgumentException("study: a final model needs a folder; give one with into");
        if (division.all().validation().isEmpty() && plan.ending().watches())
            throw new IllegalArgumentException(
                    "study: the plan ends by a metric of the validation pictures, and a final"
                            + " model on all pictures has none; leave out the final model, or the plan's ending");
    }

    private StudyResult run(Settings settings, Division division, Optional<StudyFolder> kept, FeatureStore features)
            throws IOException {
        MemberRun runs = new MemberRun(start, jobs, features, stop);
        List<Member> members = settings.members();
        List<MemberResult> ended = new ArrayList<>();
        for (Member member : members) {
            Optional<MemberResult> earlier = kept.isPresent() ? kept.get().earlier(member) : Optional.empty();
            Optional<MemberResult> result = earlier;
            if (result.isEmpty() && !stop.getAsBoolean())
                result = runs.run(settings, member, division, kept.map(k -> k.of(member)));
            if (result.isEmpty()) return end(kept, stopped(division, ended));
            requireWhole(settings, result.get());
            ended.add(result.get());
            if (kept.isPresent() && earlier.isEmpty()) kept.get().ended(result.get());
            listener.accept(new Step(result.get(), ended.size(), members.size(), earlier.isPresent()));
        }
        return end(kept, finished(settings, division, ended, runs));
    }

    private static void requireWhole(Settings settings, MemberResult result) {
        if (settings.points().size() == 1 && result.failure().isPresent())
            throw new IllegalStateException(
                    "study: " + result.member().name() + ": " + result.failure().get());
    }

    private StudyResult stopped(Division division, List<MemberResult> ended) {
        return new StudyResult(data.classes(), division.judged(), rankedBy, List.of(), ended, Optional.empty(), true);
    }

    private StudyResult finished(Settings settings, Division division, List<MemberResult> ended, MemberRun runs)
            throws IOException {
        StudyResult result = new StudyResult(
                data.classes(),
                division.judged(),
                rankedBy,
                PointResult.ranked(settings.points(), ended, rankedBy),
                ended,
                Optional.empty(),
                false);
        Optional<Scores> outOfFold = result.outOfFold();
        if (folder.isPresent() && outOfFold.isPresent())
            OutOfFoldFile.write(
                    folder.get().resolve(OUT_OF_FOLD),
                    data.root(),
                    result.verdicts(),
                    data.classes(),
                    outOfFold.get().logits());
        return last ? withFinal(result, division, runs) : result;
    }

    private StudyResult withFinal(StudyResult result, Division division, MemberRun runs) throws IOException {
        Result model = runs.job(Job.Pictures.of(division.all()), folder.map(f -> f.resolve(FINAL)))
                .plan(result.best().point().plan())
                .seed(seed)
                .run();
        return new StudyResult(
                result.classes(),
                result.pictures(),
                rankedBy,
                result.points(),
                result.members(),
                Optional.of(model),
                model.stopped());
    }

    private static StudyResult end(Optional<StudyFolder> kept, StudyResult result) throws IOException {
        if (kept.isPresent()) kept.get().ended(result);
        return result;
    }

    /** The settings by which a study is known again; empty if it was stopped while files were read. */
    private Optional<ObjectNode> words(Division division) throws IOException {
        List<Sample> all = Stream.concat(division.judged().stream(), division.all().train().stream())
                .toList();
        Optional<Contents> contents = Contents.of(all, Threads.decoders(), stop);
        if (contents.isEmpty()) return Optional.empty();
        ObjectMapper json = new ObjectMapper();
        ObjectNode words = json.createObjectNode();
        words.set("plan", json.readTree(plan.toJson()));
        words.put("folds", folds).put("seeds", seeds).put("seed", seed);
        words.set("grid", grid.toJson());
        words.put("network", start.identity());
        words.set("classes", json.valueToTree(data.classes()));
        words.put("pictures", contents.get().fingerprint());
        return Optional.of(words);
    }
}
