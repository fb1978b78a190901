package dev.graft.metrics;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** For each class, the scores that rank the samples. {@link Metrics#rocAuc} defines them. */
final class OneAgainstRest {
    private final int[] labels;
    private final int classes;
    private final double[][] scores;

    OneAgainstRest(Scores s) {
        this.labels = s.labels();
        this.classes = s.classes();
        this.scores = classes == 2 ? differences(s.logits()) : s.probabilities();
    }

    private static double[][] differences(float[][] logits) {
        double[][] differences = new double[logits.length][2];
        for (int i = 0; i < logits.length; i++) {
            differences[i][1] = (double) logits[i][1] - logits[i][0];
            differences[i][0] = -differences[i][1];
        }
        return differences;
    }

    /**
     * The value of class 1 if there are two classes, otherwise the mean over the classes that have a value; NaN if none
     * has one.
     */
    double mean(ToDoubleFunction<Ranking> value) {
        if (classes == 2) return value.applyAsDouble(ranking(1));
        return IntStream.range(0, classes)
                .mapToDouble(c -> value.applyAsDouble(ranking(c)))
                .filter(v -> !Double.isNaN(v))
                .average()
                .orElse(Double.NaN);
    }

    Ranking ranking(int c) {
        int count = 0;
        for (int label : labels) if (label == c) count++;
        double[] inside = new double[count];
        double[] outside = new double[labels.length - count];
        int in = 0;
        int out = 0;
        for (int i = 0; i < labels.length; i++)
            if (labels[i] == c) inside[in++] = scores[i][c];
            else outside[out++] = scores[i][c];
        return new Ranking(inside, outside);
    }
}
