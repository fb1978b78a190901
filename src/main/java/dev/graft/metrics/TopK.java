package dev.graft.metrics;

/** See {@link Metrics#topK}. Counts the classes that rank before the sample's class instead of sorting. */
record TopK(int k) implements Metric {
    TopK {
        if (k < 1) throw new IllegalArgumentException("top-k accuracy: k was " + k + ", expected 1 or more");
    }

    @Override
    public String name() {
        return "top" + k + "_accuracy";
    }

    @Override
    public double of(Scores s) {
        int hits = 0;
        for (int i = 0; i < s.count(); i++) if (before(s.logits()[i], s.labels()[i]) < k) hits++;
        return (double) hits / s.count();
    }

    /** How many classes rank before this one: those with a greater logit, and earlier ones with an equal logit. */
    private static int before(float[] row, int label) {
        int before = 0;
        for (int c = 0; c < row.length; c++)
            if (c < label ? !Scores.above(row[label], row[c]) : Scores.above(row[c], row[label])) before++;
        return before;
    }
}
