package dev.graft.metrics;

/**
 * For each class or label: the number of samples, the number of predictions, and the number of correct predictions. With
 * one class for each sample, these are the sums and the diagonal of the confusion matrix, without its quadratic size.
 */
record ClassCounts(int[] actual, int[] predicted, int[] correct) {
    static ClassCounts of(Scores s) {
        int classes = s.classes();
        ClassCounts counts = new ClassCounts(new int[classes], new int[classes], new int[classes]);
        for (int i = 0; i < s.count(); i++) {
            if (s.isMultiLabel()) for (int c = 0; c < classes; c++) counts.add(c, s.has(i, c), s.predicts(i, c));
            else counts.add(s.labels()[i], s.predicted(i));
        }
        return counts;
    }

    private void add(int c, boolean has, boolean predicts) {
        if (has) actual[c]++;
        if (predicts) predicted[c]++;
        if (has && predicts) correct[c]++;
    }

    private void add(int label, int prediction) {
        actual[label]++;
        predicted[prediction]++;
        if (label == prediction) correct[label]++;
    }

    int classes() {
        return actual.length;
    }

    double precision(int c) {
        return share(correct[c], predicted[c]);
    }

    double recall(int c) {
        return share(correct[c], actual[c]);
    }

    /** The harmonic mean of the two, as one fraction. */
    double f1(int c) {
        return share(2.0 * correct[c], (double) actual[c] + predicted[c]);
    }

    /** A fraction; 0 / 0 gives 0. */
    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
