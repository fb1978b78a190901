package org.example;

import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import java.nio.file.Path;

/** Classifies a picture: the model's file, then the picture's. */
public class Classify {
    public static void main(String[] args) throws Exception {
        try (Predictor predictor = Predictor.open(Path.of(args[0]))) {
            Prediction prediction = predictor.predict(Path.of(args[1]));
            System.out.println(prediction.label() + ", from " + Classify.class.getModule());
        }
    }
}
