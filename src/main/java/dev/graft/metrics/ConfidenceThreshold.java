package dev.graft.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A least probability of the most probable class: pictures below it are unknown, the others are answered. Fewer answers, of which more are
 * right (selective classification: Geifman and El-Yaniv, 2017).
 *
 * @param value 0..1
 * @param samples it was chosen with
 * @param answered samples that are not below it
 * @param correct answered samples that are classified correctly
 */
public record ConfidenceThreshold(double value, int samples, int answered, int correct) {
    /**
     * The threshold with the most answers whose accuracy is at least the wanted one. It lies half-way between two samples, so that rounding
     * changes no answer. Choose it with samples that the model did not learn from; with few of them, the accuracy of new pictures
     * may be lower.
     *
     * @param scores of samples with exactly one class each; a row with NaN is never answered
     * @param accuracy 0 to 1
     * @return empty if no threshold reaches it
     * @throws IllegalStateException if samples may have any number of labels
     */
    public static Optional<ConfidenceThreshold> forAccuracy(Scores scores, double accuracy) {
        if (!(accuracy >= 0 && accuracy <= 1))
            throw new IllegalArgumentException("threshold: the accuracy must be 0 to 1, was " + accuracy);
        int[] labels = scores.labels();
        double[] confidence = IntStream.range(0, scores.count())
                .mapToDouble(i -> Softmax.of(scores.logits()[i])[scores.predicted(i)])
                .toArray();
        List<Integer> order = IntStream.range(0, confidence.length)
                .filter(i -> !Double.isNaN(confidence[i]))
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> confidence[i]).reversed())
                .toList();
        ConfidenceThreshold best = null;
        int correct = 0;
        for (int n = 1; n <= order.size(); n++) {
            int last = order.get(n - 1);
            if (scores.predicted(last) == labels[last]) correct++;
            double next = n < order.size() ? confidence[order.get(n)] : -confidence[last];
            if (next < confidence[last] && (double) correct / n >= accuracy)
                best = new ConfidenceThreshold((confidence[last] + next) / 2, confidence.length, n, correct);
        }
        return Optional.ofNullable(best);
    }

    /** The part of the samples that is answered, 0..1. */
    public double coverage() {
        return (double) answered / samples;
    }

    /** The part of the answers that is right, 0..1. */
    public double accuracy() {
        return (double) correct / answered;
    }
}
