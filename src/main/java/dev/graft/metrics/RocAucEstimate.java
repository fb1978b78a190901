package dev.graft.metrics;

/**
 * The area under the ROC curve of one class against the rest, with its uncertainty by the method of DeLong (DeLong, DeLong
 * and Clarke-Pearson, Comparing the areas under two or more correlated receiver operating characteristic curves, 1988):
 * nothing is drawn at random.
 *
 * <p>The method is for samples that do not depend on each other: several pictures of one patient make the interval too
 * narrow. Where every sample of the class scores above all others, the error is 0 and the interval is 1 to 1, which says
 * that the samples were too easy or too few, not that the area is 1.
 *
 * @param positive the index of the class
 * @param positives the number of samples of the class
 * @param negatives the number of other samples
 * @param area as {@link Metrics#rocAuc} defines it, 0..1; NaN without samples of the class or without others, or if a score
 *     is NaN
 * @param error the standard error of the area; NaN with fewer than two samples of the class or of others
 */
public record RocAucEstimate(int positive, int positives, int negatives, double area, double error) {
    /**
     * Measures a class.
     *
     * @param positive the index of the class
     */
    public static RocAucEstimate of(Scores scores, int positive) {
        if (scores.count() == 0) return new RocAucEstimate(positive, 0, 0, Double.NaN, Double.NaN);
        Ranking ranking = new OneAgainstRest(scores).ranking(requireClass(scores, positive));
        return new RocAucEstimate(
                positive, ranking.inside().length, ranking.outside().length, ranking.rocAuc(), ranking.rocAucError());
    }

    static int requireClass(Scores scores, int positive) {
        if (positive >= 0 && positive < scores.classes()) return positive;
        throw new IllegalArgumentException(
                "positive: must be the index of a class, 0 to " + (scores.classes() - 1) + ", was " + positive);
    }

    /** The 95% confidence interval: the area, and 1.96 standard errors to both sides, within 0..1. NaN without an error. */
    public Interval interval() {
        double half = Proportion.Z95 * error;
        return new Interval(Math.max(0, area - half), Math.min(1, area + half));
    }
}
