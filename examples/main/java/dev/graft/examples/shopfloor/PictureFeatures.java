package dev.graft.examples.shopfloor;

import dev.graft.model.Precision;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the frozen layers say of pictures: numbers in which pictures that look alike are near to each other. */
final class PictureFeatures {
    private PictureFeatures() {}

    /** Opens a model whose answers come with their features, in FP32: distances that are kept hold on every machine. */
    static Predictor open(Path model) throws IOException {
        return Predictor.open(
                model, PredictorOptions.fast().withPrecision(Precision.FP32).withFeatures());
    }

    /**
     * The features of pictures, each scaled to length 1, so that a distance is 0 to 2 whatever the network.
     *
     * @return [pictures][features]
     */
    static float[][] of(List<Prediction> answers) {
        float[][] rows = new float[answers.size()][];
        for (int i = 0; i < rows.length; i++) {
            List<Float> features = answers.get(i).features();
            rows[i] = new float[features.size()];
            for (int f = 0; f < rows[i].length; f++) rows[i][f] = features.get(f);
            scale(rows[i]);
        }
        return rows;
    }

    private static void scale(float[] row) {
        double sum = 0;
        for (float v : row) sum += (double) v * v;
        float factor = (float) (1 / Math.max(Math.sqrt(sum), 1e-12));
        for (int i = 0; i < row.length; i++) row[i] *= factor;
    }

    /** The squared distance of two rows. */
    static double squaredDistance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        return sum;
    }
}
