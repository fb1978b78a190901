package dev.graft.metrics;

import java.util.Arrays;

/**
 * What comes of calling samples positive whose probability of one class is at least a threshold: the numbers that are
 * reported of a diagnostic test. The class is named by the caller; all other classes are negative.
 *
 * <p>A threshold is chosen on some pictures and judged on others: on those that chose it, it looks better than it is.
 *
 * @param positive the index of the class
 * @param threshold the least probability of the class that is called positive, 0..1: softmax, or with multi-label sigmoid
 * @param truePositives samples of the class that are called positive
 * @param falseNegatives samples of the class that are not
 * @param trueNegatives other samples that are not called positive
 * @param falsePositives other samples that are
 */
public record OperatingPoint(
        int positive, double threshold, int truePositives, int falseNegatives, int trueNegatives, int falsePositives) {

    /**
     * The highest threshold whose sensitivity is at least the wanted one; of all such thresholds it has the greatest
     * specificity.
     *
     * @param positive the index of the class
     * @param wanted more than 0, at most 1
     * @throws IllegalArgumentException when no sample is of the class, or the model gives one of them no probability (NaN)
     */
    public static OperatingPoint bySensitivity(Scores scores, int positive, double wanted) {
        if (!(wanted > 0 && wanted <= 1))
            throw new IllegalArgumentException("sensitivity: must be more than 0 and at most 1, was " + wanted);
        double[] ofClass = scores.count() == 0 ? new double[0] : ofClass(scores, positive);
        if (ofClass.length == 0)
            throw new IllegalArgumentException(
                    "sensitivity: no picture is of the positive class; give pictures with some");
        if (Double.isNaN(ofClass[ofClass.length - 1]))
            throw new IllegalArgumentException("sensitivity: the model's outputs are not numbers; train it again");
        int needed = 1;
        while ((double) needed / ofClass.length < wanted) needed++;
        return at(scores, positive, ofClass[ofClass.length - needed]);
    }

    /** The sorted probabilities of the samples of a class. */
    private static double[] ofClass(Scores scores, int positive) {
        RocAucEstimate.requireClass(scores, positive);
        double[][] probabilities = scores.probabilities();
        double[] all = new double[scores.count()];
        int n = 0;
        for (int i = 0; i < all.length; i++) if (scores.has(i, positive)) all[n++] = probabilities[i][positive];
        double[] sorted = Arrays.copyOf(all, n);
        Arrays.sort(sorted);
        return sorted;
    }

    /**
     * What comes of a threshold that was chosen elsewhere.
     *
     * @param positive the index of the class
     * @param threshold 0..1
     */
    public static OperatingPoint at(Scores scores, int positive, double threshold) {
        if (!(threshold >= 0 && threshold <= 1))
            throw new IllegalArgumentException("threshold: must be from 0 to 1, was " + threshold);
        int[] counts = new int[4];
        double[][] probabilities = scores.probabilities();
        for (int i = 0; i < scores.count(); i++) {
            RocAucEstimate.requireClass(scores, positive);
            boolean called = probabilities[i][positive] >= threshold;
            counts[(scores.has(i, positive) ? 0 : 2) + (called ? 0 : 1)]++;
        }
        return new OperatingPoint(positive, threshold, counts[0], counts[1], counts[3], counts[2]);
    }

    /** The fraction of the class's samples that are called positive. */
    public Proportion sensitivity() {
        return new Proportion(truePositives, truePositives + falseNegatives);
    }

    /** The fraction of the other samples that are not called positive. */
    public Proportion specificity() {
        return new Proportion(trueNegatives, trueNegatives + falsePositives);
    }

    /** The positive predictive value: the fraction of the samples called positive that are of the class. */
    public Proportion ppv() {
        return new Proportion(truePositives, truePositives + falsePositives);
    }

    /** The negative predictive value: the fraction of the samples not called positive that are not of the class. */
    public Proportion npv() {
        return new Proportion(trueNegatives, trueNegatives + falseNegatives);
    }
}
