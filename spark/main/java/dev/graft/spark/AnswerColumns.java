package dev.graft.spark;

import dev.graft.predict.Prediction;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/** The columns that a stage adds before that of the reason. */
enum AnswerColumns {
    /** A vector of features. */
    FEATURES(1) {
        @Override
        void fill(Prediction prediction, Object[] row, int from) {
            row[from] = vector(prediction.features());
        }
    },
    /** The name of the class, its probability, and the probabilities of all classes. */
    CLASS(3) {
        @Override
        void fill(Prediction prediction, Object[] row, int from) {
            row[from] = prediction.label();
            row[from + 1] = (double) prediction.probability();
            row[from + 2] = vector(prediction.probabilities());
        }
    };

    private final int count;

    AnswerColumns(int count) {
        this.count = count;
    }

    /** How many they are. */
    int count() {
        return count;
    }

    /** Puts them into a row, from an index on. */
    abstract void fill(Prediction prediction, Object[] row, int from);

    private static Vector vector(List<Float> values) {
        double[] all = new double[values.size()];
        for (int i = 0; i < all.length; i++) all[i] = values.get(i);
        return Vectors.dense(all);
    }
}
