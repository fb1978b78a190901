package dev.graft.predict;

import dev.graft.metrics.LabelThresholds;
import dev.graft.model.ModelCard;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A model's prediction for one picture.
 *
 * @param label the name of the most probable class, or {@link #UNKNOWN}
 * @param probability that of the most probable class, 0..1
 * @param labels the names of the picture's labels: of a multi-label model those whose probability is above their threshold,
 *     the most probable first, perhaps none; of another model the label, or none if it is unknown
 * @param classes the names of all classes of the model
 * @param probabilities of all classes, in the same order: the softmax of the logits, or of a multi-label model the sigmoid of
 *     each
 * @param logits the network's outputs for all classes, in the same order
 * @param features what the head gets of the picture as it is, see {@link PredictorOptions#withFeatures}; empty unless asked for
 */
public record Prediction(
        String label,
        float probability,
        List<String> labels,
        List<String> classes,
        List<Float> probabilities,
        List<Float> logits,
        List<Float> features) {
    /** The label of a picture whose most probable class is too improbable, see {@link PredictorOptions#withUnknownBelow}. */
    public static final String UNKNOWN = "unknown";

    /**
     * A class and its probability.
     *
     * @param name of the class
     * @param probability 0..1
     */
    public record Ranked(String name, float probability) {}

    /** The prediction for these outputs; of equal probabilities, the first class counts. */
    public static Prediction of(List<String> classes, float[] probabilities, float[] logits) {
        int best = best(probabilities);
        String label = classes.get(best);
        return new Prediction(
                label,
                probabilities[best],
                List.of(label),
                List.copyOf(classes),
                FloatList.of(probabilities),
                FloatList.of(logits),
                List.of());
    }

    /**
     * The prediction of a model.
     *
     * @param probabilities of its classes, see {@link dev.graft.model.Probabilities}
     */
    public static Prediction of(ModelCard card, float[] probabilities, float[] logits) {
        Prediction one = of(card.classes(), probabilities, logits);
        return card.thresholds().map(one::withThresholds).orElse(one);
    }

    /**
     * The same prediction of a multi-label model, with the labels by other thresholds.
     *
     * @param thresholds one for each of the classes
     */
    public Prediction withThresholds(LabelThresholds thresholds) {
        List<String> above = ranking()
                .filter(c -> thresholds.isAbove(c, logits.get(c)))
                .map(classes::get)
                .toList();
        return new Prediction(label, probability, above, classes, probabilities, logits, features);
    }

    /**
     * The same prediction, {@link #UNKNOWN} if the most probable class has a smaller probability, or NaN.
     *
     * @param least 0 to 1; 0 changes nothing
     */
    public Prediction withUnknownBelow(double least) {
        return least == 0 || probability >= least
                ? this
                : new Prediction(UNKNOWN, probability, List.of(), classes, probabilities, logits, features);
    }

    /** The same prediction with features. */
    Prediction withFeatures(float[] values) {
        return new Prediction(label, probability, labels, classes, probabilities, logits, FloatList.of(values));
    }

    /** Whether the most probable class is too improbable. A model has no class of that name then. */
    public boolean isUnknown() {
        return labels.isEmpty() && label.equals(UNKNOWN);
    }

    /**
     * The most probable classes, the most probable first; of equal ones, the first class.
     *
     * @param most how many at most, at least 1
     */
    public List<Ranked> top(int most) {
        if (most < 1) throw new IllegalArgumentException("prediction: top must be at least 1, was " + most);
        return ranking()
                .limit(most)
                .map(c -> new Ranked(classes.get(c), probabilities.get(c)))
                .toList();
    }

    /** The indices of the classes, the most probable first. */
    private Stream<Integer> ranking() {
        return IntStream.range(0, classes.size())
                .boxed()
                .sorted(Comparator.comparing((Integer c) -> probabilities.get(c))
                        .reversed());
    }

    private static int best(float[] probabilities) {
        int best = 0;
        for (int c = 0; c < probabilities.length; c++) best = probabilities[c] > probabilities[best] ? c : best;
        return best;
    }
}
