package dev.graft.examples.shopfloor;

import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A trained station: names parts, or calls them unknown, and tells whether its pictures drift. Owns native memory: close it. */
final class Station implements AutoCloseable {
    /** The label of what is none of the classes. */
    static final String UNKNOWN = Prediction.UNKNOWN;
    /** Fewer pictures say too little of drift. */
    static final int FEWEST = 8;

    /**
     * What is said of a picture.
     *
     * @param label a class, or {@link #UNKNOWN}
     * @param nearest the class that is most probable, also of an unknown part
     * @param probability of it, 0..1
     * @param distance to the nearest training picture
     */
    record Verdict(Path picture, String label, String nearest, double probability, double distance) {}

    /**
     * What is said of a batch.
     *
     * @param drift the probability of such a batch if nothing has changed, see {@link DriftTest#probability}; not a number for too few
     * @param light the mean of {@link Training#light} of its pictures
     */
    record Report(List<Verdict> verdicts, double drift, double light) {}

    private final Predictor predictor;
    private final KnownParts known;

    /** Opens the folder that {@link Training} wrote. */
    Station(Path folder) throws IOException {
        known = KnownParts.read(folder.resolve(Training.KNOWN));
        predictor = PictureFeatures.open(folder.resolve(Training.MODEL));
    }

    KnownParts known() {
        return known;
    }

    /**
     * Looks at a batch of pictures, such as those of an hour.
     *
     * @throws IOException when one cannot be read; the message names it
     */
    Report check(List<Path> pictures) throws IOException {
        List<Prediction> answers = predictor.predict(pictures);
        float[][] features = PictureFeatures.of(answers);
        List<Verdict> verdicts = new ArrayList<>();
        int[] classes = new int[features.length];
        double[] lights = new double[features.length];
        for (int i = 0; i < features.length; i++) {
            Prediction answer = answers.get(i);
            double distance = known.distance(features[i]);
            boolean unknown = known.isUnknown(answer.probability(), distance);
            verdicts.add(new Verdict(
                    pictures.get(i),
                    unknown ? UNKNOWN : answer.label(),
                    answer.label(),
                    answer.probability(),
                    distance));
            classes[i] = predictor.classes().indexOf(answer.label());
            lights[i] = Training.light(pictures.get(i));
        }
        double drift = features.length < FEWEST ? Double.NaN : drift(features, classes);
        return new Report(verdicts, drift, DoubleStream.of(lights).average().orElse(Double.NaN));
    }

    /** Of many pictures every n-th counts: so many are enough, and are compared in a second. */
    private double drift(float[][] features, int[] classes) {
        int step = (features.length + KnownParts.MOST - 1) / KnownParts.MOST;
        int[] taken =
                IntStream.range(0, features.length).filter(i -> i % step == 0).toArray();
        return DriftTest.probability(
                known.features(),
                known.classes(),
                Arrays.stream(taken).mapToObj(i -> features[i]).toArray(float[][]::new),
                Arrays.stream(taken).map(i -> classes[i]).toArray());
    }

    @Override
    public void close() {
        predictor.close();
    }
}
