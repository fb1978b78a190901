package dev.graft.examples;

import dev.graft.data.ImageFolder;
import dev.graft.evaluate.EvaluationResult;
import dev.graft.evaluate.Evaluator;
import dev.graft.evaluate.Part;
import dev.graft.image.GreyScaling;
import dev.graft.image.Preprocessing;
import dev.graft.job.Job;
import dev.graft.job.RunFolder;
import dev.graft.metrics.Interval;
import dev.graft.metrics.OperatingPoint;
import dev.graft.metrics.Proportion;
import dev.graft.metrics.RocAucEstimate;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.plan.ClassWeights;
import dev.graft.plan.Cosine;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Schedule.Every;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds X-rays with a nodule among grey pictures of 16 bits, and says how far that may be trusted; see {@code
 * examples/MedicalGrey.md}. Not a medical device.
 */
public final class MedicalGrey {
    private static final String WARNING =
            "This is an example of a program. It is not a medical device: nothing it says of a"
                    + " picture is a finding.";
    private static final List<String> USAGE = List.of(
            "usage: medical-grey [--data DIR --positive CLASS] [--weights FILE] [--out DIR] [--grey SCALING] [--sensitivity S]",
            "  --data         train, val and test, each with a folder for each class. Default: pictures are drawn",
            "  --positive     the class that is searched for. Default: nodule",
            "  --weights      torchvision's ResNet18 or another one. Default: the embedded demonstration backbone",
            "  --out          a new folder for the results. Default: graft-out/medical",
            "  --grey         window:CENTRE,WIDTH, percentile:LOW,HIGH, full or none. Default: percentile:0.5,99.5",
            "  --sensitivity  wanted of the operating point. Default: 0.95");
    private static final DrawnChests.Counts TRAIN = new DrawnChests.Counts(240, 60);
    private static final DrawnChests.Counts JUDGE = new DrawnChests.Counts(100, 40);
    private static final int EPOCHS = 80;
    private static final double RATE = 0.05;

    private final Map<String, String> options;
    private final PrintStream out;

    private MedicalGrey(Map<String, String> options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Runs the program. An error is printed as one line to the error stream. */
    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status > 0) System.exit(status);
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            String option = args[i];
            boolean known = USAGE.stream().anyMatch(line -> line.startsWith("  " + option + " "));
            if (!known || i + 1 == args.length) {
                boolean help = option.equals("--help");
                (help ? out : err).println(help ? WARNING : option + ": is no option with a value; see below");
                USAGE.forEach(help ? out::println : err::println);
                return help ? 0 : 2;
            }
            options.put(option, args[i + 1]);
        }
        try {
            new MedicalGrey(options, out).run();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            err.println("medical-grey: " + e.getMessage());
            return 1;
        }
    }

    private void run() throws IOException {
        out.println(WARNING);
        GreyScaling grey = GreyScaling.of(options.getOrDefault("--grey", "percentile:0.5,99.5"));
        double wanted = Double.parseDouble(options.getOrDefault("--sensitivity", "0.95"));
        Path folder = Path.of(options.getOrDefault("--out", "graft-out/medical"));
        if (Files.exists(folder.resolve("model.pt")))
            throw new IOException("--out: " + folder + " holds an earlier run; give another folder, or remove it");
        try (ImageFolder data = ImageFolder.open(pictures(folder))) {
            data.findings().lines().forEach(out::println);
            int positive = data.classes().indexOf(options.getOrDefault("--positive", DrawnChests.NODULE));
            if (positive < 0) throw new IllegalArgumentException("--positive: name one of " + data.classes());
            if (data.test().isEmpty())
                throw new IllegalArgumentException("--data: has no folder test beside train and val; the threshold is"
                        + " chosen on val and judged on test");
            RunFolder run = RunFolder.in(Files.createDirectories(folder));
            train(data, grey, run);
            try (Predictor predictor = Predictor.open(run.model(), PredictorOptions.exact())) {
                EvaluationResult validation = new Evaluator(predictor).evaluate(data, Part.VALIDATION);
                EvaluationResult test = new Evaluator(predictor).evaluate(data, Part.TEST);
                OperatingPoint chosen = OperatingPoint.bySensitivity(validation.scores(), positive, wanted);
                OperatingPoint judged = OperatingPoint.at(test.scores(), positive, chosen.threshold());
                say("");
                say("val: threshold %.4f for a sensitivity of %.2f or more", chosen.threshold(), wanted);
                tell("val", RocAucEstimate.of(validation.scores(), positive), chosen);
                tell("test", RocAucEstimate.of(test.scores(), positive), judged);
                table(data.classes().get(positive), judged);
                new WorstMistakes(Part.TEST.of(data), test, judged)
                        .draw(predictor, Files.createDirectories(folder.resolve("mistakes")), out);
            }
        }
    }

    private Path pictures(Path folder) throws IOException {
        if (options.containsKey("--data")) return Path.of(options.get("--data"));
        Path drawn = folder.resolve("drawn");
        say("no --data: drawing %d pictures into %s", TRAIN.all() + 2 * JUDGE.all(), drawn);
        DrawnChests.write(drawn, TRAIN, JUDGE, JUDGE, 2);
        return drawn;
    }

    /** Each picture passes the frozen layers once; then a new head is fitted, in which each class counts the same. */
    private void train(ImageFolder data, GreyScaling grey, RunFolder run) throws IOException {
        Preprocessing preprocessing = Preprocessing.standard().withGrey(grey);
        say("grey values are scaled by %s, and the model remembers it", grey.text());
        Job.graft(weights(run.folder()), data, preprocessing)
                .plan(TrainingPlan.fast()
                        .withEpochs(EPOCHS)
                        .withSchedule(new Cosine(Every.STEP))
                        .withGroups(List.of(new ParameterGroup(Classifier.HEAD, RATE)))
                        .withLoss(new CrossEntropy(0, ClassWeights.BALANCED))
                        .withPrecision(Precision.bestFor(ComputeDevice.best())))
                .into(run)
                .run();
    }

    private Path weights(Path folder) throws IOException {
        if (options.containsKey("--weights")) return Path.of(options.get("--weights"));
        Path file = folder.resolve("resnet18-lite.pth");
        try (InputStream embedded = MedicalGrey.class.getResourceAsStream("resnet18-lite.pth")) {
            Files.write(file, embedded.readAllBytes());
        }
        return file;
    }

    private void tell(String split, RocAucEstimate area, OperatingPoint point) {
        Interval i = area.interval();
        say(
                "%-5s ROC-AUC %.3f (95%% interval %.3f to %.3f), %d of %d pictures are positive",
                split + ":", area.area(), i.low(), i.high(), area.positives(), area.positives() + area.negatives());
        say("      %s, %s", fraction("sensitivity", point.sensitivity()), fraction("specificity", point.specificity()));
        say("      %s, %s", fraction("PPV", point.ppv()), fraction("NPV", point.npv()));
    }

    private static String fraction(String name, Proportion p) {
        return String.format(Locale.ROOT, "%s %.3f (%.3f to %.3f)", name, p.value(), p.low(), p.high());
    }

    private void table(String name, OperatingPoint p) {
        say("test, rows are what the pictures are, columns what they are called:");
        say("%12s %12s %12s", "", name, "not " + name);
        say("%12s %12d %12d", name, p.truePositives(), p.falseNegatives());
        say("%12s %12d %12d", "not " + name, p.falsePositives(), p.trueNegatives());
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
