package dev.graft.examples;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
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
import dev.graft.train.TrainingPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

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
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        }
        if (program.options.help()) {
            CatDogOptions.printHelp(new PrintWriter(out));
            return 0;
        }
        try {
            return program.train() ? 0 : -1;
        } catch (IOException
                | IllegalArgumentException
                | IllegalStateException
                | TrainingException
                | TorchException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** Returns whether the run reached its end. */
    private boolean train() throws IOException {
        ComputeDevice device = options.computeDevice();
        Threads.set(options.threads());
        ImageFolder data = openData();
        data.findings().lines().forEach(out::println);
        try (StopRequest stop = new StopRequest();
                RandomSource random = new RandomSource(options.seed());
                Checkpoint resumed = options.resume() == null ? null : Checkpoint.open(options.resume());
                Classifier classifier = classifier(data, resumed, random);
                MetricsFile metrics = new MetricsFile(options.out().resolve("metrics.jsonl"), resumed != null)) {
            classifier.notes().forEach(note -> out.println("weights: " + note));
            out.println("training on " + device + " with " + options.threads() + " threads");
            TrainingPlan plan = resumed == null ? options.plan() : TrainingPlan.fromJson(resumed.plan());
            Trainer trainer = new Trainer(classifier, data.train(), data.validation(), plan, device, random)
                    .listener(new ConsoleReport(out::println))
                    .listener(metrics)
                    .checkpointsIn(options.out().resolve("checkpoint"))
                    .stopWhen(stop);
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
            Trainer.Outcome outcome = trainer.fit();
            if (outcome.stopped()) {
                out.println("stopped; go on with: " + resumeCommand());
                return false;
            }
            outcome.skipped().forEach((file, why) -> out.println("skipped " + why));
            finish(classifier, data, outcome.evaluation(), device);
            return true;
        }
    }

    private ImageFolder openData() throws IOException {
        if (options.data() != null) {
            return ImageFolder.open(options.data(), options.validationFraction(), options.seed());
        }
        Path drawn = options.out().resolve("drawn");
        out.println("no --data: drawing " + (DRAWN_TRAIN + DRAWN_VALIDATION) + " cats and dogs into " + drawn);
        DrawnPictures.write(drawn, DRAWN_TRAIN, DRAWN_VALIDATION, options.seed());
        return ImageFolder.open(drawn);
    }

    private Classifier classifier(ImageFolder data, Checkpoint resumed, RandomSource random) throws IOException {
        if (resumed != null) {
            Classifier c = Classifier.load(resumed.file());
            if (!c.card().classes().equals(data.classes())) {
                c.close();
                throw new IOException(
                        "resume: the checkpoint knows the classes " + c.card().classes() + ", the data has "
                                + data.classes() + "; give the data of the stopped run");
            }
            return c;
        }
        ModelCard card = new ModelCard(Architecture.RESNET18, data.classes(), options.preprocessing());
        if (options.weights() != null) {
            return Classifier.graft(options.weights(), card, random);
        }
        out.println(
                "no --weights: the embedded resnet18-lite, a demonstration backbone; for real work give ImageNet's");
        try (EmbeddedWeights embedded = new EmbeddedWeights()) {
            return Classifier.graft(embedded.file(), card, random);
        }
    }

    private void finish(Classifier classifier, ImageFolder data, Evaluation evaluation, ComputeDevice device)
            throws IOException {
        Path model = options.out().resolve("model.pt");
        classifier.save(model);
        writePredictions(data, evaluation);
        out.println("saved " + model + ", predictions.csv, metrics.jsonl and checkpoint/");
        try (Predictor predictor = Predictor.open(model, device)) {
            List<Path> unseen = options.data() == null
                    ? DrawnPictures.writeUnseen(options.out().resolve("unseen"), UNSEEN, options.seed() + 1)
                    : data.validation().stream().map(Sample::file).limit(UNSEEN).toList();
            for (Path picture : unseen) {
                Prediction p = predictor.predict(picture);
                out.println(String.format(
                        Locale.ROOT, "%s is a %s (%.1f%%)", picture.getFileName(), p.label(), 100 * p.probability()));
            }
        }
    }

    private void writePredictions(ImageFolder data, Evaluation evaluation) throws IOException {
        if (evaluation == null) {
            return; // resumed from a finished run: nothing was trained
        }
        List<PredictionsFile.Row> rows = new ArrayList<>();
        for (int i = 0; i < evaluation.samples().length; i++) {
            Sample sample = data.validation().get(evaluation.samples()[i]);
            rows.add(new PredictionsFile.Row(
                    data.root().relativize(sample.file()),
                    data.classes().get(sample.label()),
                    data.classes().get(evaluation.predicted(i)),
                    evaluation.probabilities()[i]));
        }
        PredictionsFile.write(options.out().resolve("predictions.csv"), data.classes(), rows);
    }

    private String resumeCommand() {
        String given = Arrays.stream(args)
                .map(a -> a.matches("[\\w./:=-]+") ? a : "'" + a.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        String resume = options.resume() == null ? "--resume " + options.out().resolve("checkpoint") : "";
        return ("examples/catdog " + given + " " + resume).strip().replace("  ", " ");
    }
}
