package dev.graft.export;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * How the logits of an export differ from those of its model, for drawn sample pictures.
 *
 * @param pictures number of sample pictures
 * @param largestDifference the largest absolute difference of a logit
 * @param largestLogit the largest absolute value of a logit of the model
 * @param sameClasses whether both chose the same class for every picture
 */
public record Comparison(int pictures, double largestDifference, double largestLogit, boolean sameClasses) {
    /** Logits [n, classes] of the model and of the export, on any device. */
    static Comparison of(Tensor expected, Tensor given) throws IOException {
        if (!Arrays.equals(expected.shape(), given.shape()))
            throw new IOException("its logits have the shape " + Arrays.toString(given.shape())
                    + ", those of the model " + Arrays.toString(expected.shape()));
        Tensor e = expected.cpu();
        Tensor g = given.cpu();
        return new Comparison(
                (int) e.size(0),
                e.sub(g).abs().max().item_double(),
                e.abs().max().item_double(),
                classes(e).equal(classes(g)));
    }

    private static Tensor classes(Tensor logits) {
        return logits.argmax(new LongOptional(1), false);
    }

    /**
     * The same, if the difference is small enough.
     *
     * @param tolerance as a fraction of the largest logit
     * @throws IOException when it is larger, or not a number
     */
    Comparison within(double tolerance) throws IOException {
        if (largestDifference <= tolerance * largestLogit) return this;
        throw new IOException(String.format(
                Locale.ROOT,
                "its logits differ by up to %.3g where the largest is %.3g (allowed: %.3g)",
                largestDifference,
                largestLogit,
                tolerance * largestLogit));
    }
}
