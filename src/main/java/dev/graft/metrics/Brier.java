package dev.graft.metrics;

/** See {@link Metrics#brier}. */
record Brier() implements Metric {
    @Override
    public String name() {
        return "brier";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public double of(Scores s) {
        double sum = 0;
        for (int i = 0; i < s.count(); i++) sum += squares(Softmax.of(s.logits()[i]), s.labels()[i]);
        return sum / s.count();
    }

    private static double squares(double[] probabilities, int label) {
        double sum = 0;
        for (int c = 0; c < probabilities.length; c++) {
            double off = probabilities[c] - (c == label ? 1 : 0);
            sum += off * off;
        }
        return sum;
    }
}
