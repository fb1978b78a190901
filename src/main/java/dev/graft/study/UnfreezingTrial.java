package dev.graft.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.job.Job;
import dev.graft.metrics.Metrics;
import dev.graft.model.Classifier;
import dev.graft.plan.Cosine;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.plan.TrainingPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Whether it pays to go on with another phase after the head is fitted, such as one in which {@code layer4} learns too. Both plans train on
 * four fifths of the training pictures and are judged by the fifth part, five times with the same folds. The longer plan is chosen if its
 * loss is lower by more than one standard error. Validation pictures have no part in it. Not thread-safe.
 */
public final class UnfreezingTrial {
    /**
     * The last stage and the head, five epochs with rates that fall from 0.001 along half a cosine: enough to move a fitted head and
     * the features before it, too little to lose what they know.
     */
    public static final Phase LAYER4 = Phase.of(
                    "layer4",
                    5,
                    List.of(new ParameterGroup("layer4", 0.001), new ParameterGroup(Classifier.HEAD, 0.001)))
            .withSchedule(new Cosine(Schedule.Every.STEP));

    private static final int FOLDS = 5;

    /** With fewer pictures that have another of their class, folds say nothing. */
    private static final int LEAST = 2 * FOLDS;

    /** Runs do not all take the same time. */
    private static final double SPARE = 1.1;

    /** A run on all pictures takes as long as one on four fifths, and a quarter of that. */
    private static final double WHOLE = 1.25;

    /**
     * What the trial found.
     *
     * @param plan to train: the head alone, or with the other phase
     * @param reason in words, such as {@code layer4 does not pay: its loss is higher by 0.0031 +- 0.0011}
     * @param stopped whether it was asked to stop before its end
     */
    public record Verdict(TrainingPlan plan, String reason, boolean stopped) {}

    private final Study study;
    private final TrainingPlan head;
    private final TrainingPlan both;
    private final String name;
    private Duration within = Duration.ofDays(36_500);
    private final int pictures;
    private long began;
    private BooleanSupplier stop = () -> false;
    private Optional<String> tooLong = Optional.empty();

    /**
     * Prepares a trial.
     *
     * @param start of each run
     * @param data the pictures; only those to train on are used
     * @param plan two phases: one that fits the head, and the one to try
     */
    public UnfreezingTrial(Start start, ImageFolder data, TrainingPlan plan) {
        List<Phase> phases = plan.phases();
        if (phases.size() != 2 || !phases.get(0).fitsAtOnce())
            throw new IllegalArgumentException(
                    "trial: the plan must have two phases, the first of which fits the head; its phases are "
                            + phases.stream().map(Phase::name).toList());
        this.head = plan.withPhases(phases.subList(0, 1));
        this.both = plan;
        this.name = phases.get(1).name();
        this.pictures =
                data.train().stream()
                        .collect(Collectors.groupingBy(Sample::label, Collectors.summingInt(s -> 1)))
                        .values()
                        .stream()
                        .filter(n -> n > 1)
                        .mapToInt(n -> n)
                        .sum();
        this.study = new Study(start, data.with(data.train(), List.of()), head)
                .folds(FOLDS)
                .grid(grid(head, both))
                .rankedBy(Metrics.loss())
                .stopWhen(this::ends)
                .listener(this::look);
    }

    /**
     * Limits how long the trial and the training of the chosen plan on all pictures may take together. Without a limit, the trial runs to
     * its end.
     */
    public UnfreezingTrial within(Duration time) {
        within = Objects.requireNonNull(time, "within");
        return this;
    }

    /** Sets the seed of heads, orders and folds; the default is 0. */
    public UnfreezingTrial seed(long seed) {
        study.seed(seed);
        return this;
    }

    /** Changes each run's job, see {@link Study#jobs}. */
    public UnfreezingTrial jobs(UnaryOperator<Job> change) {
        study.jobs(change);
        return this;
    }

    /** Reads features from this store, see {@link Study#featuresIn}. */
    public UnfreezingTrial featuresIn(FeatureStore features) {
        study.featuresIn(features);
        return this;
    }

    /** Sets a request to stop. */
    public UnfreezingTrial stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    private static Grid grid(TrainingPlan head, TrainingPlan both) {
        ObjectMapper json = new ObjectMapper();
        try {
            ArrayNode values = json.createArrayNode();
            for (TrainingPlan plan : List.of(head, both))
                values.add(json.readTree(plan.toJson()).get("phases"));
            JsonNode map = json.createObjectNode().set("phases", values);
            return Grid.of(map);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("trial: a plan's own JSON cannot be read", e);
        }
    }

    /**
     * Trains both plans with all folds, unless the time is too short.
     *
     * @throws IOException when a picture cannot be read
     */
    public Verdict run() throws IOException {
        if (pictures < LEAST)
            return new Verdict(
                    head,
                    name + " is left out: " + pictures + " pictures have another one of their class, it takes " + LEAST,
                    false);
        began = System.nanoTime();
        StudyResult result = study.run();
        if (tooLong.isPresent()) return new Verdict(head, name + " is left out: " + tooLong.get(), false);
        if (result.stopped()) return new Verdict(head, "stopped", true);
        PointResult best = result.points().get(0);
        boolean longer = best.point().plan().phases().size() > 1;
        Optional<Difference> ahead = best.ahead();
        if (ahead.isEmpty()) return new Verdict(head, name + " does not pay: the loss became NaN or infinite", false);
        Difference by = ahead.get();
        boolean pays = longer && by.mean() > by.error();
        String reason = String.format(
                Locale.ROOT,
                "%s %s: by %d folds the loss with it is %s by %.4f +- %.4f",
                name,
                pays ? "pays" : "does not pay",
                FOLDS,
                longer ? "lower" : "higher",
                by.mean(),
                by.error());
        return new Verdict(pays ? both : head, reason, false);
    }

    private boolean ends() {
        if (stop.getAsBoolean()) return true;
        if (tooLong.isEmpty() && seconds() > within.toSeconds())
            tooLong = Optional.of("the time of " + within.toSeconds() + " s is over");
        return tooLong.isPresent();
    }

    private double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** Ends the trial where the runs that are left would take too long, as long as the last one took. */
    private void look(Study.Step step) {
        if (step.result().member().point() == 0) return;
        tooLong =
                tooLong(seconds(), step.members() - step.number(), step.result().seconds(), within.toSeconds());
    }

    /**
     * Why the time is too short, if it is.
     *
     * @param spent seconds since the start
     * @param runs the runs that are left, without the last one, on all pictures
     * @param each seconds of a run
     */
    static Optional<String> tooLong(double spent, int runs, double each, long allowed) {
        double end = spent + (runs + WHOLE) * each;
        if (end <= allowed) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "%.0f s are spent, and %d of its %d runs and the training on all pictures are left, for about %.0f s more,"
                        + " but %d s are allowed; about %d s would do",
                spent,
                runs,
                FOLDS,
                end - spent,
                allowed,
                (long) Math.ceil(SPARE * end)));
    }
}
