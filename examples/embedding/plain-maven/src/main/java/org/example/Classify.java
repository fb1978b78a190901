package org.example;

import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.nio.file.Path;

/** Classifies pictures: the model's file, then theirs. */
public class Classify {
    public static void main(String[] args) throws Exception {
        try (Predictor predictor = Predictor.open(Path.of(args[0]))) {
            for (int i = 1; i < args.length; i++) {
                Prediction prediction = predictor.predict(Path.of(args[i]));
                System.out.printf("%s: %s (%.1f%%)%n", args[i], prediction.label(), prediction.probability() * 100);
            }
        }
    }
}
