package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.plan.TrainingPlan;
import dev.graft.study.Grid;
import dev.graft.study.Study;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/**
 * The options for training several times: folds, seeds and a grid.
 *
 * @param grid values of plan fields; {@link Grid#NONE} for none
 * @param gridFile the file that they come from; null for none
 * @param rankedBy the metric that orders the points of the grid
 * @param last whether a final model is trained
 */
record StudyOptions(OptionalInt folds, OptionalInt seeds, Grid grid, Path gridFile, Metric rankedBy, boolean last) {
    private static final int MOST = 1000;
    private static final List<String> KINDS = List.of("folds", "seeds", "grid");

    static List<Option> table() {
        return List.of(
                option(
                        "folds",
                        "N",
                        "cross-validation instead of one run: the training pictures are dealt into N parts, and each part judges a"
                                + " network that was trained on the others. Tells mean, standard deviation and standard error of every"
                                + " metric, and writes study.json and out-of-fold.csv; names the pictures that may lie in the wrong class"),
                option(
                        "seeds",
                        "N",
                        "train with N seeds, from --seed on, for head, order, views and folds, and tell the mean and the spread of"
                                + " every metric"),
                option(
                        "grid",
                        "FILE",
                        "try all combinations of values of plan fields, from a map in YAML or JSON of their paths in --print-plan to"
                                + " lists, such as phases[0].groups[0].learningRate: [0.001, 0.01]; judged by the validation pictures,"
                                + " or by --folds or --seeds or both. The figures of all points are in study.json in --out"),
                option(
                        "rank-by",
                        "METRIC",
                        "the metric that orders the points of --grid: "
                                + String.join(
                                        ", ",
                                        Metrics.all().stream().map(Metric::name).toList())
                                + ". Default: accuracy"),
                flag(
                        "final",
                        "behind --folds, --seeds or --grid also train a model with the best settings on all training pictures,"
                                + " into the folder final in --out"));
    }

    /** The options; empty if there is one run only. */
    static Optional<StudyOptions> of(Arguments args) {
        if (KINDS.stream().noneMatch(args::has)) {
            for (String alone : List.of("rank-by", "final"))
                if (args.has(alone))
                    throw new UsageException("--" + alone + ": goes with --folds, --seeds or --grid; give one of them");
            return Optional.empty();
        }
        for (String other : List.of("resume", "replay", "overwrite", OptimizerOptions.FIND, "keep-best", "keep-last"))
            if (args.has(other)) throw new UsageException("--" + other + ": " + remedy(other));
        if (args.has(TrainVerb.KEEP_CHECKPOINT) && !args.has("final"))
            throw new UsageException("--" + TrainVerb.KEEP_CHECKPOINT
                    + ": of a study only the model of --final is kept; give --final, or leave it out");
        Path file = args.path("grid", null);
        return Optional.of(new StudyOptions(
                args.has("folds") ? OptionalInt.of((int) args.integer("folds", 0, 2, MOST)) : OptionalInt.empty(),
                args.count("seeds", MOST),
                file == null ? Grid.NONE : grid(file),
                file,
                metric(args.text("rank-by", "accuracy")),
                args.has("final")));
    }

    private static String remedy(String option) {
        return switch (option) {
            case "resume" ->
                "goes without --folds, --seeds and --grid; to go on with what was stopped, give the same command with its"
                        + " folder as --out";
            case "overwrite" ->
                "goes without --folds, --seeds and --grid, which go on with what is in --out; give another folder";
            case OptimizerOptions.FIND ->
                "goes without --folds, --seeds and --grid; search in a run of its own, and give what it finds with --lr";
            case "keep-best", "keep-last" ->
                "goes without --folds, --seeds and --grid, whose runs keep no checkpoints; leave it out";
            default -> "goes without --folds, --seeds and --grid; leave it out";
        };
    }

    private static Grid grid(Path file) {
        try {
            return Grid.of(PlanFile.tree("grid", file));
        } catch (UsageException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw named(file, e);
        }
    }

    private static Metric metric(String name) {
        try {
            return Metrics.named(name);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--rank-by: " + e.getMessage(), e);
        }
    }

    private static UsageException named(Path file, IllegalArgumentException e) {
        return new UsageException("--grid: " + file + ": " + e.getMessage().replaceFirst("^grid: ", ""), e);
    }

    /** What a study refuses, as a user named it. */
    IllegalArgumentException named(IllegalArgumentException e) {
        boolean ofGrid = gridFile != null && e.getMessage().startsWith("grid: ");
        return ofGrid ? named(gridFile, e) : e;
    }

    /** Refuses fields that the plan does not have, and values that it does not allow. */
    void require(TrainingPlan plan) {
        try {
            grid.points(plan);
        } catch (IllegalArgumentException e) {
            throw named(gridFile, e);
        }
    }

    /** Sets what is varied. */
    Study apply(Study study) {
        folds.ifPresent(study::folds);
        seeds.ifPresent(study::seeds);
        if (last) study.withFinalModel();
        return study.grid(grid).rankedBy(rankedBy);
    }

    /** What is varied, such as {@code 5 folds, 3 seeds}. */
    String words(TrainingPlan plan) {
        int points = grid.points(plan).size();
        return String.join(
                ", ",
                Stream.of(
                                folds.isPresent() ? folds.getAsInt() + " folds" : "",
                                seeds.isPresent() ? Units.count(seeds.getAsInt(), "seed") : "",
                                gridFile != null ? Units.count(points, "point") + " of " + gridFile : "")
                        .filter(word -> !word.isEmpty())
                        .toList());
    }
}
