package dev.graft.metrics;

/** See {@link Metrics#loss}. */
record LogLoss() implements Metric {
    @Override
    public String name() {
        return "loss";
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        double sum = 0;
        for (int i = 0; i < s.count(); i++)
            sum += s.isMultiLabel() ? binary(s, i) : -Softmax.log(s.logits()[i], s.labels()[i]);
        return sum / s.count();
    }

    /** The mean over the labels of the binary cross-entropy, from the logits: it does not overflow. */
    private static double binary(Scores s, int i) {
        double sum = 0;
        for (int c = 0; c < s.classes(); c++) {
            double x = s.logits()[i][c];
            sum += Math.max(x, 0) - (s.has(i, c) ? x : 0) + Math.log1p(Math.exp(-Math.abs(x)));
        }
        return sum / s.classes();
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }
}
