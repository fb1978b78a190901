package dev.graft.metrics;

/** See {@link Metrics#expectedCalibrationError}. */
record ExpectedCalibrationError() implements Metric {
    private static final int BINS = 15;

    @Override
    public String name() {
        return "ece";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public double of(Scores s) {
        double[] gaps = new double[BINS]; // number of correct samples minus the sum of their confidences
        for (int i = 0; i < s.count(); i++) {
            int predicted = s.predicted(i);
            double confidence = Softmax.of(s.logits()[i])[predicted];
            gaps[bin(confidence)] += (predicted == s.labels()[i] ? 1 : 0) - confidence;
        }
        double sum = 0;
        for (double gap : gaps) sum += Math.abs(gap);
        return sum / s.count();
    }

    /**
     * The bin of a confidence: the first one whose upper edge is at least as large. NaN goes into the first bin and
     * makes it NaN.
     */
    private static int bin(double confidence) {
        int bin = 0;
        while (confidence > (bin + 1) / (double) BINS) bin++;
        return bin;
    }
}
