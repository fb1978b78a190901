package dev.graft.predict;

import java.util.List;

/**
 * A model's prediction for one picture.
 *
 * @param label the name of the most probable class
 * @param probability its probability, 0..1
 * @param probabilities of all classes, in the order of the model's classes: the softmax of the logits
 * @param logits the network's outputs for all classes, in the same order
 */
public record Prediction(String label, float probability, List<Float> probabilities, List<Float> logits) {
    /** The prediction for these outputs; of equal probabilities, the first class counts. */
    public static Prediction of(List<String> classes, float[] probabilities, float[] logits) {
        int best = 0;
        for (int c = 0; c < probabilities.length; c++) best = probabilities[c] > probabilities[best] ? c : best;
        return new Prediction(classes.get(best), probabilities[best], list(probabilities), list(logits));
    }

    private static List<Float> list(float[] values) {
        Float[] all = new Float[values.length];
        for (int c = 0; c < all.length; c++) all[c] = values[c];
        return List.of(all);
    }
}
