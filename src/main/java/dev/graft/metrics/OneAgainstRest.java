package dev.graft.metrics;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** For each class, the scores that rank the samples. {@link Metrics#rocAuc} defines them. */
final class OneAgainstRest {
    private final Scores of;
    private final int classes;
    private final boolean two;
    private final double[][] scores;

    OneAgainstRest(Scores s) {
        this.of = s;
        this.classes = s.classes();
        this.two = classes == 2 && !s.isMultiLabel();
        this.scores = two ? differences(s.logits()) : s.isMultiLabel() ? doubles(s.logits()) : s.probabilities();
    }

    /** A sigmoid does not change the order, but may round different logits to the same probability. */
    private static double[][] doubles(float[][] logits) {
        double[][] doubles = new double[logits.length][];
        for (int i = 0; i < logits.length; i++) {
            doubles[i] = new double[logits[i].length];
            for (int c = 0; c < doubles[i].length; c++) doubles[i][c] = logits[i][c];
        }
        return doubles;
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
        if (two) return value.applyAsDouble(ranking(1));
        return IntStream.range(0, classes)
                .mapToDouble(c -> value.applyAsDouble(ranking(c)))
                .filter(v -> !Double.isNaN(v))
                .average()
                .orElse(Double.NaN);
    }

    Ranking ranking(int c) {
        int count = 0;
        for (int i = 0; i < of.count(); i++) if (of.has(i, c)) count++;
        double[] inside = new double[count];
        double[] outside = new double[of.count() - count];
        int in = 0;
        int out = 0;
        for (int i = 0; i < of.count(); i++)
            if (of.has(i, c)) inside[in++] = scores[i][c];
            else outside[out++] = scores[i][c];
        return new Ranking(inside, outside);
    }
}
