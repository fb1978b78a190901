package dev.graft.metrics;

/** See {@link Metrics#rocAuc}. */
record RocAuc() implements Metric {
    @Override
    public String name() {
        return "roc_auc";
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        return new OneAgainstRest(s).mean(Ranking::rocAuc);
    }
}
