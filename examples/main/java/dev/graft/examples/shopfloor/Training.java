package dev.graft.examples.shopfloor;

import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.image.PictureReader;
import dev.graft.image.Pixels;
import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Predictor;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.train.Trainer;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Trains a station: the model, and what it remembers of its pictures. */
final class Training {
    static final String MODEL = "model.pt";
    static final String KNOWN = "known-parts.json";
    private static final int FEWEST = 2;
    private static final double BRIGHTEST = 0.1;
    private static final long SEED = 42;

    private Training() {}

    /**
     * Trains with all pictures: heads that are fitted without a picture say what the model will say of new ones, so none need be kept
     * aside to validate with.
     *
     * @param pictures a folder with a folder for each class
     * @param folder for the model and what is remembered
     */
    static void run(Path pictures, Path weights, Path folder, double unknownRate, PrintStream out) throws IOException {
        try (ImageFolder data = ImageFolder.open(pictures);
                RandomSource random = new RandomSource(SEED)) {
            List<Sample> samples = new ArrayList<>(data.train());
            if (data.isDivided()) samples.addAll(data.validation());
            requireEnough(data, samples);
            ModelCard card = new ModelCard(architecture(weights), data.classes(), Preprocessing.standard());
            Files.createDirectories(folder);
            try (Classifier classifier = Classifier.graft(weights, card, random)) {
                List<Event.OutOfFold> judged = new ArrayList<>();
                Trainer.of(classifier, samples, TrainingPlan.auto())
                        .on(ComputeDevice.CPU)
                        .drawingFrom(random)
                        .listener(event -> {
                            if (event instanceof Event.HeadFitted fitted) judged.addAll(fitted.outOfFold());
                        })
                        .fit();
                classifier.save(folder.resolve(MODEL));
                KnownParts known = known(folder.resolve(MODEL), data.classes(), judged, unknownRate);
                known.write(folder.resolve(KNOWN)); // last: without it there is no station
                tell(judged, known, folder, out);
            }
        }
    }

    private static void requireEnough(ImageFolder data, List<Sample> samples) throws IOException {
        for (int c = 0; c < data.classes().size(); c++) {
            int label = c;
            long count = samples.stream().filter(s -> s.label() == label).count();
            if (count < FEWEST)
                throw new IOException("shopfloor: the class " + data.classes().get(c) + " of " + data.root() + " has "
                        + count + " pictures; at least " + FEWEST + " are needed to judge it, 8 are a good start");
        }
    }

    private static Architecture architecture(Path weights) throws IOException {
        try (WeightsFile file = WeightsFile.open(weights)) {
            return Architecture.recognise(file)
                    .orElseThrow(
                            () -> new IOException(
                                    "shopfloor: " + weights
                                            + " holds no ResNet that Graft knows; give torchvision's resnet18 or resnet50 as --weights"));
        }
    }

    private static KnownParts known(Path model, List<String> classes, List<Event.OutOfFold> judged, double unknownRate)
            throws IOException {
        List<Path> files = judged.stream().map(Event.OutOfFold::file).toList();
        double[] lights = new double[files.size()];
        for (int i = 0; i < lights.length; i++) lights[i] = light(files.get(i));
        return KnownParts.of(
                features(model, files),
                judged.stream().mapToInt(j -> classes.indexOf(j.predicted())).toArray(),
                judged.stream()
                        .mapToDouble(Event.OutOfFold::predictedProbability)
                        .toArray(),
                lights,
                unknownRate);
    }

    private static float[][] features(Path model, List<Path> files) throws IOException {
        try (Predictor predictor = PictureFeatures.open(model)) {
            return PictureFeatures.of(predictor.predict(files));
        }
    }

    /** The level that the brightest tenth of a picture's values reaches, 0..255: it tells of the light more than of what is shown. */
    static double light(Path picture) throws IOException {
        Pixels pixels = new PictureReader(Preprocessing.standard()).decode(picture);
        int[] counts = new int[256];
        for (byte v : pixels.rgb()) counts[v & 0xFF]++;
        int level = 255;
        for (long above = counts[level]; above < pixels.rgb().length * BRIGHTEST; above += counts[level]) level--;
        return level;
    }

    private static void tell(List<Event.OutOfFold> judged, KnownParts known, Path folder, PrintStream out) {
        long right =
                judged.stream().filter(j -> j.predicted().equals(j.actual())).count();
        out.printf(
                Locale.ROOT,
                "%d pictures; heads fitted without a picture name %d of %d right%n",
                judged.size(),
                right,
                judged.size());
        out.printf(
                Locale.ROOT,
                "unknown is an answer below %.1f%%, or a part farther than %.3f from all of them%n",
                100 * known.leastProbability(),
                known.mostDistance());
        out.println("saved " + folder.resolve(MODEL) + " and " + KNOWN);
    }
}
