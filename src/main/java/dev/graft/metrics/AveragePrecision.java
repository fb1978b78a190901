package dev.graft.metrics;

/** See {@link Metrics#averagePrecision}. */
record AveragePrecision() implements Metric {
    @Override
    public String name() {
        return "average_precision";
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        return new OneAgainstRest(s).mean(Ranking::averagePrecision);
    }
}
