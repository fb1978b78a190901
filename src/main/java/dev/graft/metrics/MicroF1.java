package dev.graft.metrics;

import java.util.Arrays;

/** See {@link Metrics#microF1}. */
record MicroF1() implements Metric {
    @Override
    public String name() {
        return "micro_f1";
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        if (s.count() == 0) return Double.NaN;
        ClassCounts counts = ClassCounts.of(s);
        long whole = sum(counts.actual()) + sum(counts.predicted());
        return whole == 0 ? 0 : 2.0 * sum(counts.correct()) / whole;
    }

    private static long sum(int[] counts) {
        return Arrays.stream(counts).asLongStream().sum();
    }
}
