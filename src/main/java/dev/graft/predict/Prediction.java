package dev.graft.predict;

import dev.graft.metrics.LabelThresholds;
import dev.graft.model.ModelCard;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model's prediction for one picture.
 *
 * @param label the name of the most probable class
 * @param probability its probability, 0..1
 * @param labels the names of the picture's labels: of a multi-label model those whose probability is above their threshold,
 *     the most probable first, perhaps none; of another model the most probable class
 * @param probabilities of all classes, in the order of the model's classes: the softmax of the logits, or of a multi-label
 *     model the sigmoid of each
 * @param logits the network's outputs for all classes, in the same order
 */
public record Prediction(
        String label, float probability, List<String> labels, List<Float> probabilities, List<Float> logits) {
    /** The prediction for these outputs; of equal probabilities, the first class counts. */
    public static Prediction of(List<String> classes, float[] probabilities, float[] logits) {
        int best = best(probabilities);
        String label = classes.get(best);
        return new Prediction(label, probabilities[best], List.of(label), list(probabilities), list(logits));
    }

    /**
     * The prediction of a model.
     *
     * @param probabilities of its classes, see {@link dev.graft.model.Probabilities}
     */
    public static Prediction of(ModelCard card, float[] probabilities, float[] logits) {
        Prediction one = of(card.classes(), probabilities, logits);
        return card.thresholds()
                .map(thresholds -> one.withThresholds(card.classes(), thresholds))
                .orElse(one);
    }

    /**
     * The same prediction of a multi-label model, with the labels by other thresholds.
     *
     * @param classes of the model
     * @param thresholds one for each of them
     */
    public Prediction withThresholds(List<String> classes, LabelThresholds thresholds) {
        return new Prediction(label, probability, labels(classes, thresholds), probabilities, logits);
    }

    private List<String> labels(List<String> classes, LabelThresholds thresholds) {
        return IntStream.range(0, logits.size())
                .filter(c -> thresholds.isAbove(c, logits.get(c)))
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> probabilities.get(c))
                        .reversed())
                .map(classes::get)
                .toList();
    }

    private static int best(float[] probabilities) {
        int best = 0;
        for (int c = 0; c < probabilities.length; c++) best = probabilities[c] > probabilities[best] ? c : best;
        return best;
    }

    private static List<Float> list(float[] values) {
        Float[] all = new Float[values.length];
        for (int c = 0; c < all.length; c++) all[c] = values[c];
        return List.of(all);
    }
}
