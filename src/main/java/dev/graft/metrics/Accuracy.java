package dev.graft.metrics;

/** See {@link Metrics#accuracy}. */
record Accuracy() implements Metric {
    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        return s.accuracy();
    }
}
