package dev.graft.metrics;

/**
 * See {@link Metrics#cohenKappa}. Both fractions are multiplied by the square of the number of samples, so that all
 * steps except the last use integers.
 */
record CohenKappa() implements Metric {
    @Override
    public String name() {
        return "cohen_kappa";
    }

    @Override
    public double of(Scores s) {
        ClassCounts counts = ClassCounts.of(s);
        long n = s.labels().length;
        long agreed = 0;
        long byChance = 0;
        for (int c = 0; c < counts.classes(); c++) {
            agreed += n * counts.correct()[c];
            byChance += (long) counts.actual()[c] * counts.predicted()[c];
        }
        return (double) (agreed - byChance) / (n * n - byChance);
    }
}
