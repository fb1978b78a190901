package dev.graft.examples;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.environment.EnvironmentReport;
import dev.graft.features.FeatureStore;
import dev.graft.hub.CacheFolder;
import dev.graft.image.Orientation;
import dev.graft.image.PictureHeaders;
import dev.graft.image.Preprocessing;
import dev.graft.job.Job;
import dev.graft.job.OpenJob;
import dev.graft.job.Result;
import dev.graft.job.RunFolder;
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
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import dev.graft.torch.TorchException;
import dev.graft.train.Evaluation;
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
        RunFolder folder = RunFolder.in(options.out()).fresh(!options.outIsGiven() && !options.overwrites());
        if (!folder.folder().equals(options.out())) {
            out.println(options.out() + " holds an earlier run: this one writes to " + folder.folder()
                    + " (--overwrite takes its place)");
        }
        if (!options.unused().isEmpty()) {
            out.println("resume: not used: " + String.join(", ", options.unused())
                    + "; the checkpoint holds weights and head");
        }
        ImageFolder given = options.data() == null ? null : openData();
        Path weights = weights(); // before Ctrl-C waits for the end of a step: it may end a download at once
        options.threads().ifPresent(Threads::set);
        Job.Pictures pictures = given == null ? drawn(folder) : Job.Pictures.of(given);
        try (StopRequest stop = new StopRequest();
                EmbeddedWeights embedded = needsEmbedded(weights) ? new EmbeddedWeights() : null) {
            Job job = settings(job(pictures, embedded == null ? weights : embedded.file()), folder)
                    .stopWhen(stop);
            try (OpenJob open = job.open()) {
                return run(open, folder);
            }
        }
    }

    private boolean needsEmbedded(Path weights) {
        if (options.resume() != null || options.script() != null || weights != null) return false;
        out.println(
                "no --weights: the embedded resnet18-lite, a demonstration; for real work give torchvision's resnet18");
        return true;
    }

    private Job job(Job.Pictures pictures, Path weights) {
        if (options.resume() != null) {
            return options.script() == null
                    ? Job.resume(options.resume(), pictures)
                    : Job.resume(options.resume(), options.script(), pictures);
        }
        return options.script() == null
                ? Job.graft(weights, pictures, options.preprocessing())
                : Job.graft(options.script(), pictures, options.preprocessing());
    }

    private Job settings(Job job, RunFolder folder) throws IOException {
        ComputeDevice device = options.computeDevice();
        job.on(device)
                .seed(options.seed())
                .plan(before -> plan(before, device))
                .pixelCache(options.pixelCache())
                .listener(new ConsoleReport(out::println))
                .into(folder);
        if (options.cache() != null) job.featuresIn(FeatureStore.in(options.cache()));
        options.checkpointEvery().ifPresent(job::checkpointEverySteps);
        return job;
    }

    private boolean run(OpenJob job, RunFolder folder) throws IOException {
        tellNetwork(job);
        Preprocessing preprocessing = job.classifier().card().preprocessing();
        if (options.choosesPreprocessing() && !preprocessing.equals(options.preprocessing())) {
            throw new IOException(
                    "resume: --preprocessing, --fast-decode or --orientation differs from the stopped run's, whose"
                            + " network was trained with " + preprocessing.toJson()
                            + "; leave them out, or start anew");
        }
        job.resumed().ifPresent(checkpoint -> tellResume(checkpoint, job.plan()));
        ImageFolder data = job.data();
        tellOrientation(data, preprocessing.orientation());
        ComputeDevice device = options.computeDevice();
        out.println("training on " + device + " with " + Threads.get()
                + (Threads.get() == 1 ? " thread, " : " threads, ") + precision(job, device));
        List<ParameterGroup> groups = job.plan().phases().get(0).groups();
        for (ParameterGroup g : groups.subList(1, groups.size())) {
            job.classifier().parametersOf(g.layer()); // refuses a name that is not there
            out.println(g.layer() + " learns too, at a rate of " + g.learningRate());
        }
        if (options.replay() != null) replay(job);
        Result result = job.run();
        if (result.stopped()) {
            tellStopped(folder, job);
            return false;
        }
        if (!result.skipped().isEmpty()) {
            out.println("left out" + (job.resumed().isEmpty() ? "" : " since the resume")
                    + ", for they cannot be read: " + result.skipped().size());
            result.skipped().values().forEach(why -> out.println("  " + why));
        }
        out.println("saved " + folder.model() + ", predictions.csv, metrics.jsonl and checkpoint/");
        classify(data, result, device, folder);
        return true;
    }

    private void tellNetwork(OpenJob job) {
        Classifier classifier = job.classifier();
        boolean grafted = job.resumed().isEmpty();
        if (grafted && options.script() == null)
            out.println("weights: a " + classifier.card().network().title());
        classifier
                .card()
                .network()
                .origin()
                .ifPresent(sha ->
                        out.println("trusted: " + options.script().file() + ", SHA-256 " + sha + ": its code runs"));
        if (grafted) classifier.notes().forEach(note -> out.println("weights: " + note));
    }

    private void tellResume(Checkpoint from, TrainingPlan plan) {
        int done = from.run().epoch();
        out.println(
                done < plan.epochs()
                        ? "resuming " + from.file()
                        : "nothing left to train: " + done + " epochs are done; --epochs with more goes on");
    }

    private void replay(OpenJob job) throws IOException {
        Replay replay = Replay.read(options.replay());
        if (job.resumed().isEmpty()) job.classifier().replaceHead(replay.weight(), replay.bias());
        job.order(replay.order());
    }

    private void tellStopped(RunFolder folder, OpenJob job) {
        if (Files.exists(Checkpoint.fileIn(folder.checkpoint()))) {
            out.println("stopped; go on with: " + resumeCommand(folder.checkpoint()));
        } else if (job.resumed().isPresent()) {
            out.println("stopped before anything was trained; go on with: "
                    + resumeCommand(job.resumed().get().file()));
        } else {
            out.println("stopped before anything was trained; start anew");
        }
    }

    /** The options' plan, or the checkpoint's, of which only the number of epochs may change. */
    private TrainingPlan plan(TrainingPlan before, ComputeDevice device) {
        if (options.resume() == null) {
            return options.plan()
                    .apply(
                            options.fast()
                                    ? TrainingPlan.fast().withPrecision(Precision.bestFor(device))
                                    : TrainingPlan.reference());
        }
        try {
            before.compute().precision().requireFits(device);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "resume: " + options.resume() + " was trained in "
                            + before.compute().precision() + ", which is not for the device " + device
                            + "; name one with --device that it is for, or start anew",
                    e);
        }
        TrainingPlan now = options.plan().apply(before);
        if (!now.withEpochs(before.epochs()).equals(before)) {
            throw new IllegalArgumentException("resume: the options differ from the stopped run's: "
                    + differences(before, now) + "; leave out what differs, or start anew");
        }
        return now;
    }

    /** Which precision, and why. */
    private String precision(OpenJob job, ComputeDevice device) {
        TrainingPlan plan = job.plan();
        String why;
        if (options.precision() != null) {
            why = "as asked";
        } else if (job.resumed().isPresent()) {
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

    private Job.Pictures drawn(RunFolder run) {
        return new Job.Pictures() {
            @Override
            public List<String> classes() {
                return DrawnPictures.CLASSES;
            }

            @Override
            public ImageFolder open() throws IOException {
                return drawData(run);
            }
        };
    }

    private ImageFolder drawData(RunFolder run) throws IOException {
        Path drawn = run.folder().resolve("drawn");
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

    private void classify(ImageFolder data, Result result, ComputeDevice device, RunFolder folder) throws IOException {
        PredictorOptions exact = PredictorOptions.exact().withDevice(device);
        String saved = result.sha256().orElseThrow();
        try (Predictor predictor = options.script() == null
                ? Predictor.open(folder.model(), exact)
                : Predictor.open(TrustedScript.pinned(folder.model(), saved), exact)) {
            List<Shown> shown = threePictures(data, result.evaluation().orElseThrow(), folder);
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
    private List<Shown> threePictures(ImageFolder data, Evaluation evaluation, RunFolder run) throws IOException {
        if (options.data() == null) {
            List<Path> files = DrawnPictures.writeUnseen(run.folder().resolve("unseen"), UNSEEN, options.seed() + 1);
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
