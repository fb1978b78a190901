package dev.graft.metrics;

/** See {@link Metrics#loss}. */
record LogLoss() implements Metric {
    @Override
    public String name() {
        return "loss";
    }

    @Override
    public double of(Scores s) {
        double sum = 0;
        for (int i = 0; i < s.count(); i++) sum -= Softmax.log(s.logits()[i], s.labels()[i]);
        return sum / s.count();
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }
}
