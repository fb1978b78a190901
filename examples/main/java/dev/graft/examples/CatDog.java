package dev.graft.examples;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.RunState;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.environment.EnvironmentReport;
import dev.graft.features.FeatureStore;
import dev.graft.hub.CacheFolder;
import dev.graft.image.Orientation;
import dev.graft.image.PictureHeaders;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.TrustedScript;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.report.ConsoleReport;
import dev.graft.report.MetricsFile;
import dev.graft.report.PredictionsFile;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.torch.TorchException;
import dev.graft.train.Evaluation;
import dev.graft.train.Trainer;
import dev.graft.train.TrainingException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** From a folder of pictures to a trained classifier, on the command line; see {@code --help}. */
public final class CatDog {
    private static final int DRAWN_TRAIN = 200;
    private static final int DRAWN_VALIDATION = 60;
    private static final int UNSEEN = 3;

    private final CatDogOptions options;
    private final String[] args;
    private final PrintStream out;

    private CatDog(String[] args, PrintStream out) {
        this.args = args;
        this.options = CatDogOptions.parse(args);
        this.out = out;
    }

    /** Runs the program; a failure is told in one line on the error stream. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status > 0) {
            System.exit(status);
        }
    }

    /** Runs the program; returns its exit status, or -1 when it was stopped and the JVM is exiting already. */
    static int run(String[] args, PrintStream out, PrintStream err) {
        CatDog program;
        try {
            program = new CatDog(args, out);
            if (program.options.help()) {
                CatDogOptions.printHelp(new PrintWriter(out));
                return 0;
            }
            if (program.options.environment()) {
                program.options.threads().ifPresent(Threads::set);
                out.println(EnvironmentReport.read());
                return 0;
            }
            program.options.requireFiles();
            program.options.requireDevice();
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (TorchException e) {
            err.println(e.getMessage());
            return 1;
        }
        try (NativesAhead ahead = new NativesAhead()) {
            return program.train() ? 0 : -1;
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | TrainingException
                | TorchException e) {
            err.println(program.options
                    .named(String.valueOf(e.getMessage()))
                    .replace("leave them out (Unreadable.SKIP)", "leave them out (--unreadable skip)"));
            return 1;
        }
    }

    /** Returns whether the run reached its end. */
    private boolean train() throws IOException {
        Outputs outputs = Outputs.in(options.out()).fresh(!options.outIsGiven() && !options.overwrites());
        if (!outputs.folder().equals(options.out())) {
            out.println(options.out() + " holds an earlier run: this one writes to " + outputs.folder()
                    + " (--overwrite takes its place)");
        }
        if (!options.unused().isEmpty()) {
            out.println("resume: not used: " + String.join(", ", options.unused())
                    + "; the checkpoint holds weights and head");
        }
        ImageFolder given = options.data() == null ? null : openData();
        List<String> classes = given == null ? DrawnPictures.CLASSES : given.classes();
        Path weights = weights(); // before Ctrl-C waits for the end of a step: it may end a download at once
        try (StopRequest stop = new StopRequest();
                Checkpoint resumed = options.resume() == null ? null : Checkpoint.open(options.resume());
                Backbone backbone = backbone(classes, resumed, weights);
                RandomSource random = new RandomSource(options.seed());
                Classifier classifier = classifier(classes, resumed, backbone, random)) {
            ComputeDevice device = options.computeDevice();
            TrainingPlan plan = plan(resumed, device);
            if (resumed == null) {
                classifier.notes().forEach(note -> out.println("weights: " + note));
            }
            ImageFolder data = given == null ? drawData(outputs) : given;
            tellOrientation(data, classifier.card().preprocessing().orientation());
            out.println("training on " + device + " with " + Threads.get()
                    + (Threads.get() == 1 ? " thread, " : " threads, ") + precision(plan, resumed, device));
            List<ParameterGroup> groups = plan.phases().get(0).groups();
            for (ParameterGroup g : groups.subList(1, groups.size())) {
                classifier.parametersOf(g.layer()); // refuses a name that is not there
                out.println(g.layer() + " learns too, at a rate of " + g.learningRate());
            }
            Trainer trainer = new Trainer(classifier, data.train(), data.validation(), plan, device, random)
                    .listener(new ConsoleReport(out::println))
                    .featuresIn(options.cache() == null ? null : FeatureStore.in(options.cache()))
                    .pixelCache(options.pixelCache())
                    .checkpointsIn(outputs.checkpoint())
                    .stopWhen(stop);
            options.checkpointEvery().ifPresent(trainer::checkpointsEverySteps);
            if (resumed != null) {
                trainer.resume(resumed);
            }
            if (options.replay() != null) {
                Replay replay = Replay.read(options.replay());
                if (resumed == null) {
                    classifier.replaceHead(replay.weight(), replay.bias());
                }
                trainer.order(replay.order());
            }
            EarlierRun earlier = new EarlierRun(outputs, !options.isResumedThere());
            Trainer.Outcome outcome;
            try (MetricsFile metrics = metrics(outputs, resumed)) {
                outcome = trainer.listener(earlier).listener(metrics).fit();
            }
            if (outcome.stopped()) {
                tellStopped(outputs, resumed);
                return false;
            }
            earlier.remove();
            if (!outcome.skipped().isEmpty()) {
                out.println("left out" + (resumed == null ? "" : " since the resume") + ", for they cannot be read: "
                        + outcome.skipped().size());
                outcome.skipped().values().forEach(why -> out.println("  " + why));
            }
            finish(classifier, data, outcome.evaluation().orElseThrow(), device, outputs);
            return true;
        }
    }

    private void tellStopped(Outputs outputs, Checkpoint resumed) {
        if (Files.exists(outputs.checkpoint().resolve(Checkpoint.FILE))) {
            out.println("stopped; go on with: " + resumeCommand(outputs.checkpoint()));
        } else if (resumed != null) {
            out.println("stopped before anything was trained; go on with: " + resumeCommand(resumed.file()));
        } else {
            out.println("stopped before anything was trained; start anew");
        }
    }

    private MetricsFile metrics(Outputs outputs, Checkpoint resumed) throws IOException {
        Path file = outputs.make().metrics();
        if (!options.isResumedThere()) return new MetricsFile(file);
        return MetricsFile.resumed(file, resumed.run().epoch(), resumed.run().step());
    }

    /** The options' plan, or the checkpoint's, of which only the number of epochs may change. */
    private TrainingPlan plan(Checkpoint resumed, ComputeDevice device) throws IOException {
        if (resumed == null) {
            TrainingPlan recipe = options.fast()
                    ? TrainingPlan.fast().withPrecision(Precision.bestFor(device))
                    : TrainingPlan.reference();
            TrainingPlan plan = options.plan().apply(recipe);
            plan.compute().precision().requireFits(device);
            return plan;
        }
        TrainingPlan before = resumed.plan();
        try {
            before.compute().precision().requireFits(device);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "resume: " + resumed.file() + " was trained in "
                            + before.compute().precision()
                            + ", which is not for the device " + device
                            + "; name one with --device that it is for, or start anew",
                    e);
        }
        TrainingPlan now = options.plan().apply(before);
        if (!now.withEpochs(before.epochs()).equals(before)) {
            throw new IOException("resume: the options differ from the stopped run's: " + differences(before, now)
                    + "; leave out what differs, or start anew");
        }
        RunState at = resumed.run();
        if (now.epochs() < at.epoch() || now.epochs() == at.epoch() && at.step() > 0) {
            throw new IOException("resume: " + resumed.file() + " is in epoch " + (at.epoch() + 1) + " after "
                    + at.step() + " steps, --epochs says " + now.epochs() + "; say at least "
                    + (at.epoch() + (at.step() > 0 ? 1 : 0)));
        }
        out.println(
                at.epoch() < now.epochs()
                        ? "resuming " + resumed.file()
                        : "nothing left to train: " + at.epoch() + " epochs are done; --epochs with more goes on");
        return now;
    }

    /** Which precision, and why. */
    private String precision(TrainingPlan plan, Checkpoint resumed, ComputeDevice device) {
        String why;
        if (options.precision() != null) {
            why = "as asked";
        } else if (resumed != null) {
            why = "as before";
        } else if (!options.fast()) {
            why = "as the recipe has it";
        } else if (device.isCuda()) {
            why = "on a GPU";
        } else {
            why = "the processor has " + (plan.compute().precision() == Precision.BF16 ? "" : "no ")
                    + "instructions for bf16";
        }
        return plan.compute().precision().name().toLowerCase(Locale.ROOT) + " (" + why + ")";
    }

    private ImageFolder openData() throws IOException {
        return told(ImageFolder.open(options.data(), options.validationFraction(), options.seed()));
    }

    private ImageFolder drawData(Outputs outputs) throws IOException {
        Path drawn = outputs.folder().resolve("drawn");
        out.println("no --data: drawing " + (DRAWN_TRAIN + DRAWN_VALIDATION) + " cats and dogs into " + drawn);
        DrawnPictures.write(drawn, DRAWN_TRAIN, DRAWN_VALIDATION, options.seed());
        return told(ImageFolder.open(drawn));
    }

    private ImageFolder told(ImageFolder data) {
        data.findings().lines().forEach(out::println);
        return data;
    }

    /** How many pictures look otherwise in a viewer than their pixels are stored, if any do, and what becomes of them. */
    private void tellOrientation(ImageFolder data, Orientation orientation) throws IOException {
        List<Path> files = Stream.concat(data.train().stream(), data.validation().stream())
                .map(Sample::file)
                .toList();
        long turned = PictureHeaders.of(files, Threads.decoders()).stream()
                .filter(h -> h.isPresent() && h.get().orientation() > 1)
                .count();
        if (turned == 0) return;
        out.println(turned + " of " + files.size() + " pictures carry an EXIF orientation: "
                + (orientation == Orientation.EXIF
                        ? "they are turned as it says"
                        : "they stay as they are stored, as in torchvision (--orientation exif turns them)"));
    }

    /** The file that was asked for, fetched if need be; null where none is needed. */
    private Path weights() throws IOException {
        boolean fetch = options.known() != null && options.resume() == null;
        return fetch ? Fetching.of(options.known(), CacheFolder.standard(), out) : options.weights();
    }

    /** What a new head is grafted on, read so far; null where a checkpoint or a script brings its own network. */
    private Backbone backbone(List<String> classes, Checkpoint resumed, Path weights) throws IOException {
        if (resumed != null || options.script() != null) {
            return null;
        }
        if (weights != null) {
            return Backbone.of(weights, classes, options.preprocessing());
        }
        out.println(
                "no --weights: the embedded resnet18-lite, a demonstration; for real work give torchvision's resnet18");
        return Backbone.embedded(classes, options.preprocessing());
    }

    private Classifier classifier(List<String> classes, Checkpoint resumed, Backbone backbone, RandomSource random)
            throws IOException {
        options.threads().ifPresent(Threads::set);
        Classifier c = open(classes, resumed, backbone, random);
        c.card()
                .network()
                .origin()
                .ifPresent(sha ->
                        out.println("trusted: " + options.script().file() + ", SHA-256 " + sha + ": its code runs"));
        return c;
    }

    private Classifier open(List<String> classes, Checkpoint resumed, Backbone backbone, RandomSource random)
            throws IOException {
        if (resumed != null) {
            Classifier c = options.script() == null
                    ? Classifier.load(resumed.file())
                    : Classifier.load(resumed.file(), options.script());
            if (!c.card().classes().equals(classes)) {
                c.close();
                throw new IOException("resume: the checkpoint knows the classes "
                        + c.card().classes() + ", the data has " + classes + "; give the data of the stopped run");
            }
            if (options.choosesPreprocessing() && !c.card().preprocessing().equals(options.preprocessing())) {
                c.close();
                throw new IOException(
                        "resume: --preprocessing, --fast-decode or --orientation differs from the stopped run's, whose"
                                + " network was trained with "
                                + c.card().preprocessing().toJson() + "; leave them out, or start anew");
            }
            return c;
        }
        if (options.script() != null) {
            return Classifier.graft(options.script(), classes, options.preprocessing(), random);
        }
        try (backbone) { // a network of many minutes needs no temporary file
            Classifier classifier = backbone.graft(random);
            out.println("weights: a " + backbone.title());
            return classifier;
        }
    }

    private void finish(
            Classifier classifier, ImageFolder data, Evaluation evaluation, ComputeDevice device, Outputs outputs)
            throws IOException {
        String saved = classifier.save(outputs.model());
        writePredictions(data, evaluation, outputs);
        out.println("saved " + outputs.model() + ", predictions.csv, metrics.jsonl and checkpoint/");
        PredictorOptions exact = PredictorOptions.exact().withDevice(device);
        try (Predictor predictor = options.script() == null
                ? Predictor.open(outputs.model(), exact)
                : Predictor.open(TrustedScript.pinned(outputs.model(), saved), exact)) {
            List<Shown> shown = threePictures(data, evaluation, outputs);
            List<Prediction> predictions =
                    predictor.predict(shown.stream().map(Shown::file).toList());
            for (int i = 0; i < shown.size(); i++) {
                out.println(shown.get(i).line(predictions.get(i)));
            }
        }
    }

    /** A picture to classify at the end, and its class. */
    private record Shown(Path file, String actual) {
        String line(Prediction p) {
            String mark = p.label().equals(actual) ? "" : " WRONG: it is of class " + actual;
            return String.format(
                    Locale.ROOT, "%s: %s (%.1f%%)%s", file.getFileName(), p.label(), 100 * p.probability(), mark);
        }
    }

    /** New drawn ones, or some from the validation pictures, from its beginning, middle and end. */
    private List<Shown> threePictures(ImageFolder data, Evaluation evaluation, Outputs outputs) throws IOException {
        if (options.data() == null) {
            List<Path> files =
                    DrawnPictures.writeUnseen(outputs.folder().resolve("unseen"), UNSEEN, options.seed() + 1);
            return files.stream()
                    .map(f -> new Shown(f, f.getFileName().toString().replaceAll("unseen-\\d+-|\\.jpg", "")))
                    .toList();
        }
        out.println("of the validation pictures:");
        int last = evaluation.samples().length - 1; // those that can be read
        return IntStream.of(0, last / 2, last)
                .distinct()
                .filter(i -> i >= 0)
                .mapToObj(i -> data.validation().get(evaluation.samples()[i]))
                .map(s -> new Shown(s.file(), data.classes().get(s.label())))
                .toList();
    }

    private void writePredictions(ImageFolder data, Evaluation evaluation, Outputs outputs) throws IOException {
        List<PredictionsFile.Row> rows = new ArrayList<>();
        for (int i = 0; i < evaluation.samples().length; i++) {
            Sample sample = data.validation().get(evaluation.samples()[i]);
            rows.add(new PredictionsFile.Row(
                    data.root().relativize(sample.file()),
                    data.classes().get(sample.label()),
                    data.classes().get(evaluation.predicted(i)),
                    evaluation.probabilities()[i]));
        }
        PredictionsFile.write(outputs.predictions(), data.classes(), rows);
    }

    /** The options whose values a checkpoint's plan has otherwise. */
    private static String differences(TrainingPlan before, TrainingPlan now) {
        Map<String, Function<TrainingPlan, Object>> options = new LinkedHashMap<>();
        options.put("--recipe", p -> p.compute().frozen() == FrozenLayers.ONCE ? "fast" : "reference");
        options.put("--precision", p -> p.compute().precision().name().toLowerCase(Locale.ROOT));
        options.put("--views", p -> p.input().views().count());
        options.put("--unreadable", p -> p.input().unreadable().name().toLowerCase(Locale.ROOT));
        options.put("--batch-size", p -> p.input().batchSize());
        options.put("--lr", p -> p.phases().get(0).groups().get(0).learningRate());
        options.put("--momentum", p -> momentum(p.phases().get(0)));
        options.put("--unfreeze", p -> p.phases().get(0).groups().stream()
                .skip(1)
                .map(ParameterGroup::layer)
                .toList());
        return options.entrySet().stream()
                .filter(o -> !o.getValue().apply(before).equals(o.getValue().apply(now)))
                .map(o -> o.getKey() + " (" + o.getValue().apply(before) + " then, "
                        + o.getValue().apply(now) + " now)")
                .collect(Collectors.joining(", "));
    }

    private static double momentum(Phase phase) {
        return ((Sgd) phase.optimizer()).momentum();
    }

    /** What to type, from the same folder, to go on. */
    private String resumeCommand(Path checkpoint) {
        List<String> words = new ArrayList<>(List.of(System.getProperty("catdog.command", "examples/catdog")));
        for (int i = 0; i < args.length; i++) {
            boolean held = options.script() == null && args[i].matches("--weights(=.*)?"); // by the checkpoint
            if (args[i].equals("--overwrite")) continue; // else what was trained now would go
            if (!held && !args[i].matches("--resume(=.*)?")) words.add(args[i]);
            else if (!args[i].contains("=")) i++;
        }
        words.addAll(List.of("--resume", checkpoint.toString()));
        return words.stream().map(CatDog::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return word.contains(" ") ? '"' + word + '"' : word;
        }
        return word.matches("[\\w./:=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
