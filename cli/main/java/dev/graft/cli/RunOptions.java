package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.job.RunFolder;
import dev.graft.metrics.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.cli.Option;

/**
 * The options for the files of a run, its checkpoint and its seed.
 *
 * @param out the folder for the files of the run; if the option is not given and the default folder holds an earlier
 *     run, a new folder beside it is used
 * @param overwrites whether the run may replace an earlier one
 * @param resume the checkpoint folder; null to start a new run
 * @param kept which checkpoints are written
 * @param replay the dump of the Python twin; null for none
 */
record RunOptions(Path out, boolean outIsGiven, boolean overwrites, Path resume, Kept kept, long seed, Path replay) {
    /**
     * Which checkpoints are written.
     *
     * @param every the number of steps between checkpoints within epochs; empty for no checkpoints within epochs
     * @param last number of epochs whose checkpoints are kept
     * @param best the metric by which the best epoch's is kept; empty to keep none
     */
    record Kept(OptionalInt every, int last, Optional<Metric> best) {
        static Kept of(Arguments args) {
            Optional<Metric> best = Optional.ofNullable(args.text("keep-best", null))
                    .map(name -> EndingOptions.metric("keep-best", name));
            return new Kept(
                    args.count("checkpoint-every", Integer.MAX_VALUE),
                    (int) args.integer("keep-last", 0, 0, 1_000_000),
                    best);
        }
    }

    private static final Path OUT = Path.of("graft-out");

    static List<Option> table() {
        return List.of(
                option("seed", "N", "of the head, the order, the split, the views and the drawn pictures. Default: 0"),
                option(
                        "out",
                        "DIR",
                        "gets model.pt, checkpoint/, metrics.jsonl and predictions.csv; with the recipe auto also out-of-fold.csv, and where there are pictures to test with test-predictions.csv. One that holds an earlier run is refused unless"
                                + " there is --overwrite. Default: graft-out, or the first of graft-out-2, graft-out-3, ... that holds none"),
                flag("overwrite", "let this run take the place of an earlier one in --out"),
                option(
                        "resume",
                        "DIR",
                        "go on from the checkpoint of a stopped run, whose --out or checkpoint folder this is; give the"
                                + " other options as they were"),
                option(
                        "checkpoint-every",
                        "N",
                        "write a checkpoint after every N steps too, for runs whose epochs take long. Default: at the end, when stopped, and"
                                + " at the end of epochs of ten seconds and more"),
                option(
                        "keep-best",
                        "METRIC",
                        "keep checkpoint/best.pt, the checkpoint of the best epoch by accuracy, loss, macro_f1 or another metric of the"
                                + " validation pictures"),
                option(
                        "keep-last",
                        "K",
                        "keep the checkpoints of the last K epochs as checkpoint/epoch-NUMBER.pt. Default: 0"),
                option("replay", "FILE", "head and order from a dump of the Python twin (safetensors)"),
                flag(
                        "environment",
                        "tell versions, processor, devices and kernels, for a report of an error or a measurement, and stop"),
                Option.builder("h").longOpt("help").desc("this text").get());
    }

    static RunOptions of(Arguments args) {
        Path resume = checkpoint(args.path("resume", null));
        return new RunOptions(
                args.path("out", homeOf(resume)),
                args.has("out") || resume != null,
                args.has("overwrite"),
                resume,
                Kept.of(args),
                seed(args),
                args.path("replay", null));
    }

    static long seed(Arguments args) {
        return args.integer("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The checkpoint folder. If a run's --out folder was given, it is the checkpoint folder inside it. */
    private static Path checkpoint(Path given) {
        return given != null && Files.isDirectory(given.resolve("checkpoint")) ? given.resolve("checkpoint") : given;
    }

    /** The folder of the files of a resumed run: the same as before. */
    private static Path homeOf(Path resume) {
        if (resume == null) return OUT;
        Path folder =
                Files.isDirectory(resume) ? resume : resume.toAbsolutePath().getParent();
        if (!folder.endsWith("checkpoint")) return OUT;
        return folder.getParent() != null
                ? folder.getParent()
                : folder.toAbsolutePath().getParent();
    }

    void requireNoEarlierRun() {
        if (overwrites || !outIsGiven || isResumedThere()) return;
        List<String> there = new RunFolder(out).ofAnEarlierRun();
        if (there.isEmpty()) return;
        boolean resumable = there.stream().anyMatch(f -> f.endsWith(Checkpoint.FILE));
        throw new IllegalArgumentException("--out: " + out + " holds an earlier run (" + String.join(", ", there)
                + "); give another folder, " + (resumable ? "go on with it (--resume " + out + "), " : "")
                + "or say --overwrite");
    }

    /** Whether the run resumes in its own folder, from the checkpoint there. */
    private boolean isResumedThere() {
        return resume != null && new RunFolder(out).holds(resume);
    }
}
