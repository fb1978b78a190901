package dev.graft.metrics;

/** See {@link Metrics#hammingLoss}. */
record HammingLoss() implements Metric {
    @Override
    public String name() {
        return "hamming_loss";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public boolean isForMultiLabel() {
        return true;
    }

    @Override
    public double of(Scores s) {
        if (!s.isMultiLabel()) return 1 - s.accuracy();
        long wrong = 0;
        for (int i = 0; i < s.count(); i++)
            for (int c = 0; c < s.classes(); c++) if (s.has(i, c) != s.predicts(i, c)) wrong++;
        return (double) wrong / ((long) s.count() * s.classes());
    }
}
