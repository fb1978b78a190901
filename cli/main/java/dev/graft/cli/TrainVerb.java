package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.distributed.RankGroup;
import dev.graft.distributed.World;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.cli.Option;

/** Trains a classifier: {@code graft train DATA}. */
final class TrainVerb implements Verb {
    static final String KEEP_CHECKPOINT = "keep-checkpoint";
    private static final Path RUNS = Path.of("runs");
    private static final String WEIGHTS = "RESNET18_IMAGENET1K_V1";

    /** Options of a run that this verb takes as a word, has for all verbs, or does not have. */
    private static final Set<String> ELSEWHERE = Set.of("help", "environment", "replay");

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "train a classifier from a folder, an archive or a table of pictures";
    }

    @Override
    public String usage() {
        return "DATA [--weights FILE|NAME] [options]";
    }

    @Override
    public Map<String, List<Option>> options() {
        Map<String, List<Option>> topics = new LinkedHashMap<>();
        Map<String, List<Option>> all = TrainOptions.table(Optional.empty());
        all.put("Pictures", DataOptions.tableBesideData());
        all.forEach((topic, options) -> {
            List<Option> kept = new ArrayList<>(options.stream()
                    .filter(o -> !ELSEWHERE.contains(o.getLongOpt()))
                    .map(TrainVerb::described)
                    .toList());
            kept.addAll(own(topic));
            topics.put(topic, kept);
        });
        topics.put("Study", StudyOptions.table());
        return topics;
    }

    /** The options whose defaults differ from those of a plain run. */
    private static Option described(Option o) {
        String text =
                switch (o.getLongOpt()) {
                    case "recipe" -> o.getDescription().replaceFirst("Default: .*", "Default: auto");
                    case "orientation" -> o.getDescription().replaceFirst("Default: .*", "Default: exif");
                    case "weights" -> o.getDescription() + ". Default: " + WEIGHTS;
                    case "out" -> "the folder of the run. Default: runs/DATE-N, such as runs/2026-11-28-1";
                    default -> o.getDescription();
                };
        o.setDescription(text);
        return o;
    }

    private static List<Option> own(String topic) {
        return switch (topic) {
            case "Pictures" ->
                List.of(option(
                        "check",
                        "HOW",
                        "find all unreadable pictures before training: headers (a few kilobytes of each) or decode (each"
                                + " whole). Default: headers"));
            case "Training" ->
                List.of(
                        option(
                                "plan",
                                "FILE",
                                "take the plan from a file in YAML or JSON, as --print-plan writes it; what it leaves out is as in its"
                                        + " field recipe (auto, fast or reference)"),
                        flag("print-plan", "print the plan that the options make, as YAML, and stop"));
            case "Machine" -> RankOptions.table();
            case "Run" ->
                List.of(
                        flag(KEEP_CHECKPOINT, "keep the checkpoint of a finished run (as large as the model)"),
                        flag("no-report", "write no report.html"));
            default -> List.of();
        };
    }

    @Override
    public int run(Arguments given, Console console) throws IOException {
        Map<String, String> defaults = defaults(given);
        boolean follows =
                !World.fromEnvironment().isAlone() && World.fromEnvironment().rank() > 0;
        if (follows) defaults.put("out", RUNS.resolve("rank").toString()); // it writes nothing
        boolean own = !follows && !given.has("out") && !given.has("resume") && !given.has("print-plan");
        if (!own) return trained(given.withDefaults(defaults), console);
        boolean isFirst = Files.notExists(RUNS, LinkOption.NOFOLLOW_LINKS);
        Path folder = reserve(RUNS, LocalDate.now());
        defaults.put("out", folder.toString());
        try {
            return trained(given.withDefaults(defaults), console);
        } finally {
            removeIfEmpty(folder);
            if (isFirst) removeIfEmpty(RUNS);
        }
    }

    private static int trained(Arguments args, Console console) throws IOException {
        if (args.words().size() > 1)
            throw new UsageException(
                    "takes one DATA, were " + args.words() + "; for a table beside a folder give" + " --labels FILE");
        if (args.words().isEmpty() && !args.has("labels") && !args.has("print-plan"))
            throw new UsageException("DATA is missing; give the folder of your pictures");
        if (args.has("print-plan")) return printPlan(args, console);
        if (args.has(OptimizerOptions.FIND) && (console.json() || console.quiet()))
            throw new UsageException("--find-lr: prints a table; leave --json and --quiet out");
        TrainOptions options;
        Optional<StudyOptions> study = StudyOptions.of(args);
        try {
            options = TrainOptions.of(args, Optional.empty());
            options.require();
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage().replace("--data", "DATA"), e);
        }
        if (options.ranks().starts()) return RankLauncher.run(options.ranks().started(), words(args), console.err());
        if (options.ranks().areSeveral())
            return Ranked.run(
                    options.ranks(), options.machine(), group -> run(options, args, console, Optional.of(group)));
        return study.isPresent()
                ? StudyVerb.run(options, study.get(), args, console)
                : run(options, args, console, Optional.empty());
    }

    private static Map<String, String> defaults(Arguments given) {
        Map<String, String> defaults = new LinkedHashMap<>();
        if (!given.words().isEmpty()) defaults.put("data", given.words().get(0));
        boolean steps = PlanOptions.OF_STEPS.stream().anyMatch(given::has);
        defaults.put("recipe", steps ? "fast" : PlanOptions.AUTO);
        defaults.put("orientation", "exif");
        if (given.has("resume")) return defaults;
        defaults.put("weights", WEIGHTS);
        return defaults;
    }

    /**
     * Makes the first folder DATE-N that is not there; two runs that begin together get two.
     *
     * @throws IOException when none can be made
     */
    static Path reserve(Path runs, LocalDate date) throws IOException {
        try {
            if (!Files.isDirectory(runs)) Files.createDirectories(runs);
            Path made = null;
            for (int n = 1; made == null; n++) made = madeIfNew(runs.resolve(date + "-" + n));
            return made;
        } catch (IOException e) {
            throw new IOException("--out: no folder can be made in " + runs + " (" + e + "); name a folder", e);
        }
    }

    private static Path madeIfNew(Path folder) throws IOException {
        try {
            return Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            return null;
        }
    }

    /** A refused run leaves no folder. */
    private static void removeIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) { // a run is in it
            return;
        }
    }

    private static int printPlan(Arguments args, Console console) {
        try {
            PlanOptions plan = PlanOptions.of(args);
            ComputeDevice device = MachineOptions.of(args, plan.once()).device();
            console.out().print(PlanFile.write(plan.plan(device)));
            if (args.has("grey")) {
                String grey = NetworkOptions.grey(args).text();
                console.out().println("# --grey " + grey + " is the model's, not the plan's: give it beside --plan");
            }
            return ExitStatus.DONE;
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** A line that says why the recipe is not auto, where nobody named one. */
    static Optional<String> recipe(Arguments args) {
        List<String> steps = PlanOptions.OF_STEPS.stream()
                .filter(args::has)
                .map(option -> "--" + option)
                .toList();
        if (steps.isEmpty() || args.has("recipe") || args.has("resume") || args.has("plan")) return Optional.empty();
        return Optional.of("recipe: fast, for " + String.join(", ", steps) + (steps.size() == 1 ? " is" : " are")
                + " given (auto, the default where each picture has one class, has nothing to set)");
    }

    /** The command for the ranks, which take the folder that was made for all of them. */
    private static List<String> words(Arguments args) {
        List<String> command = args.command("train");
        List<String> words = new ArrayList<>(command.subList(1, command.size()));
        if (!args.has("out") && !args.has("resume")) words.addAll(1, List.of("--out", args.text("out", "")));
        return words;
    }

    private static int run(TrainOptions options, Arguments args, Console console, Optional<RankGroup> ranks)
            throws IOException {
        boolean first = ranks.map(RankGroup::isFirst).orElse(true);
        List<String> command = args.command("train");
        GraftRun.Keeping keeping = new GraftRun.Keeping(
                args.oneOf("check", "headers", List.of("headers", "decode")).equals("decode"),
                args.has(KEEP_CHECKPOINT),
                args.has("keep-best"),
                !args.has("no-report"));
        RunRecord record = new RunRecord(command, options);
        PrintStream shown = !first || console.quiet() || console.json()
                ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
                : console.out();
        PrintStream terminal = shown == console.out() ? Terminal.orNull() : null;
        try (NativesAhead ahead = new NativesAhead();
                ConsoleLog log = new ConsoleLog(shown);
                Progress progress = new Progress(log.stream(), terminal)) {
            recipe(args).ifPresent(log.stream()::println);
            TrainingRun run = new TrainingRun(
                    options,
                    Optional.empty(),
                    new ResumeCommand(System.getProperty("graft.command", "graft"), command.subList(1, command.size())),
                    log.stream());
            ranks.ifPresent(run::among);
            if (first) run.observedBy(new GraftRun(record, log, progress, keeping));
            boolean done = run.run();
            if (!first) return done ? ExitStatus.DONE : TrainCommand.STOPPED;
            if (options.plan().findsRate()) return done ? ExitStatus.DONE : TrainCommand.STOPPED;
            if (done) console.result(record.record());
            if (done && console.quiet()) console.result(record.line());
            return done ? ExitStatus.DONE : TrainCommand.STOPPED;
        } catch (UsageException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(options.named(String.valueOf(e.getMessage())), e);
        } catch (IOException e) {
            throw new IOException(options.named(String.valueOf(e.getMessage())), e);
        }
    }
}
