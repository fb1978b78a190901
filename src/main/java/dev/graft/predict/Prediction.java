package dev.graft.predict;

import java.util.ArrayList;
import java.util.List;

/**
 * A model's prediction for one picture.
 *
 * @param label the name of the most probable class
 * @param probability its probability, 0..1
 * @param probabilities of all classes, in the order of the model's classes: the softmax of the logits
 */
public record Prediction(String label, float probability, List<Float> probabilities) {
    /** The prediction for these probabilities; of equal ones, the first class counts. */
    public static Prediction of(List<String> classes, float[] probabilities) {
        List<Float> all = new ArrayList<>(probabilities.length);
        int best = 0;
        for (int c = 0; c < probabilities.length; c++) {
            all.add(probabilities[c]);
            best = probabilities[c] > probabilities[best] ? c : best;
        }
        return new Prediction(classes.get(best), probabilities[best], List.copyOf(all));
    }
}
