package dev.graft.examples.shopfloor;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a station remembers of its training pictures, beside the model. The features tell something of the pictures: protect the file
 * like them.
 *
 * @param features of the training pictures, of at most {@link #MOST} of them, [pictures][features]
 * @param classes what heads that did not see a picture answered, for each
 * @param leastProbability an answer below it is unknown, 0..1
 * @param mostDistance a picture farther than this from all training pictures is unknown
 * @param unknownRate the share of known parts that each of the two rules calls unknown, as chosen
 * @param light the mean of {@link Training#light} of the training pictures, 0..255
 * @param lightDeviation the standard deviation of it
 */
record KnownParts(
        float[][] features,
        int[] classes,
        double leastProbability,
        double mostDistance,
        double unknownRate,
        double light,
        double lightDeviation) {
    /** So many pictures are enough to compare with, and are compared in a second. */
    static final int MOST = 300;

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /**
     * The summary of a training.
     *
     * @param probabilities of the answers of heads that did not see a picture, for each
     * @param lights {@link Training#light} of each picture
     */
    static KnownParts of(
            float[][] features, int[] classes, double[] probabilities, double[] lights, double unknownRate) {
        int step = (features.length + MOST - 1) / MOST; // every so many, for they are sorted by class
        int[] kept =
                IntStream.range(0, features.length).filter(i -> i % step == 0).toArray();
        float[][] rows = Arrays.stream(kept).mapToObj(i -> features[i]).toArray(float[][]::new);
        double[] nearest = IntStream.range(0, rows.length)
                .mapToDouble(i -> nearest(rows, rows[i], i))
                .toArray();
        double mean = DoubleStream.of(lights).average().orElseThrow();
        double variance = DoubleStream.of(lights)
                .map(l -> (l - mean) * (l - mean))
                .average()
                .orElseThrow();
        return new KnownParts(
                rows,
                Arrays.stream(kept).map(i -> classes[i]).toArray(),
                -largest(DoubleStream.of(probabilities).map(p -> -p).toArray(), unknownRate),
                largest(nearest, unknownRate),
                unknownRate,
                mean,
                Math.sqrt(variance));
    }

    /**
     * The value that a new one exceeds with this probability at most, if it is drawn as these are (conformal prediction): the k-th
     * smallest of n, k = (1 - rate) (n + 1) rounded up; the largest where there are too few for the rate.
     */
    static double largest(double[] values, double rate) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int k = (int) Math.ceil((1 - rate) * (sorted.length + 1) - 1e-9);
        return sorted[Math.min(k, sorted.length) - 1];
    }

    /** The distance to the nearest row but {@code except}. */
    private static double nearest(float[][] rows, float[] to, int except) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < rows.length; i++)
            if (i != except) least = Math.min(least, PictureFeatures.squaredDistance(rows[i], to));
        return Math.sqrt(least);
    }

    /** The distance of a picture to the nearest training picture. */
    double distance(float[] features) {
        return nearest(this.features, features, -1);
    }

    /** Whether a part is called unknown. */
    boolean isUnknown(double probability, double distance) {
        return probability < leastProbability || distance > mostDistance;
    }

    /** Writes the file whole, or leaves what was there. */
    void write(Path file) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        Files.write(part, JSON.writeValueAsBytes(this));
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @throws IOException when it is not there, or is not such a file */
    static KnownParts read(Path file) throws IOException {
        try {
            return JSON.readValue(file.toFile(), KnownParts.class);
        } catch (IOException e) {
            throw new IOException(
                    "shopfloor: " + file + " cannot be read as what 'shopfloor train' writes ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "); train again",
                    e);
        }
    }
}
