package dev.graft.metrics;

import java.util.stream.IntStream;

/** See {@link Metrics#balancedAccuracy}. */
record BalancedAccuracy() implements Metric {
    @Override
    public String name() {
        return "balanced_accuracy";
    }

    @Override
    public double of(Scores s) {
        ClassCounts counts = ClassCounts.of(s);
        return IntStream.range(0, counts.classes())
                .filter(c -> counts.actual()[c] > 0)
                .mapToDouble(counts::recall)
                .average()
                .orElse(Double.NaN);
    }
}
