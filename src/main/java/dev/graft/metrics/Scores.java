package dev.graft.metrics;

import java.util.Optional;

/**
 * The logits of a classifier for a list of samples. Each sample has exactly one class, or, with a multi-label model, any
 * number of labels. The arrays are not copied: the caller must not change them afterwards.
 *
 * <p>Logits that are not finite are treated as in PyTorch. NaN counts as greater than every number, so {@link
 * #predicted} returns its class, and all probabilities of the row are NaN. They are also NaN for a row with +∞, or with
 * only -∞. Next to finite logits, -∞ gives a probability of 0.
 *
 * @param samples index of each evaluated sample in the list, at least 0; samples that could not be read are left out
 * @param labels class index of each evaluated sample, from 0 to {@code classes() - 1}; empty with {@code sets}
 * @param logits [evaluated samples][classes], all rows of the same length
 * @param sets the labels of each evaluated sample, of a multi-label model
 */
public record Scores(int[] samples, int[] labels, float[][] logits, Optional<LabelSets> sets) {
    /** Checks that the arrays fit together. */
    public Scores {
        checkLength("rows of logits", logits.length, samples.length);
        boolean one = sets.isEmpty();
        checkLength("labels", one ? labels.length : sets.get().has().length, samples.length);
        for (int i = 0; i < samples.length; i++) {
            checkRow(i, samples[i], one ? labels[i] : 0, logits[i].length, logits[0].length);
            if (!one) checkSet(i, sets.get(), logits[0].length);
        }
    }

    /** For samples with exactly one class each. */
    public Scores(int[] samples, int[] labels, float[][] logits) {
        this(samples, labels, logits, Optional.empty());
    }

    /** For samples with any number of labels each. */
    public static Scores multiLabel(int[] samples, LabelSets sets, float[][] logits) {
        return new Scores(samples, new int[0], logits, Optional.of(sets));
    }

    private static void checkLength(String what, int length, int samples) {
        if (length != samples)
            throw new IllegalArgumentException(
                    "scores: number of " + what + " was " + length + ", expected " + samples + ", one for each sample");
    }

    private static void checkRow(int i, int sample, int label, int length, int classes) {
        if (sample < 0)
            throw new IllegalArgumentException(
                    "scores: sample index in row " + i + " was " + sample + ", expected 0 or more");
        if (length != classes)
            throw new IllegalArgumentException("scores: number of logits in row " + i + " was " + length + ", expected "
                    + classes + " as in the first row");
        if (label < 0 || label >= classes)
            throw new IllegalArgumentException("scores: label in row " + i + " was " + label + ", expected 0 or more"
                    + " and less than " + classes + ", the number of classes");
    }

    private static void checkSet(int i, LabelSets sets, int classes) {
        int labels = sets.has()[i].length;
        int thresholds = sets.thresholds().values().size();
        if (labels != classes || thresholds != classes)
            throw new IllegalArgumentException("scores: number of labels in row " + i + " was " + labels
                    + ", and of thresholds " + thresholds + ", expected " + classes + ", one for each logit");
    }

    /**
     * The class index of each evaluated sample.
     *
     * @throws IllegalStateException if samples may have any number of labels
     */
    public int[] labels() {
        if (isMultiLabel())
            throw new IllegalStateException(
                    "scores: these samples have any number of labels, not one class each; ask has(sample, label)");
        return labels;
    }

    /** Whether samples may have any number of labels. */
    public boolean isMultiLabel() {
        return sets.isPresent();
    }

    /** Whether the sample in row {@code i} has the label (is of the class) {@code c}. */
    public boolean has(int i, int c) {
        return isMultiLabel() ? sets.get().has()[i][c] : labels[i] == c;
    }

    /** Whether the model gives the sample in row {@code i} the label (says that it is of the class) {@code c}. */
    public boolean predicts(int i, int c) {
        return isMultiLabel() ? sets.get().thresholds().isAbove(c, logits[i][c]) : predicted(i) == c;
    }

    /** The number of evaluated samples. */
    public int count() {
        return samples.length;
    }

    /** The number of classes; 0 without rows. */
    public int classes() {
        return logits.length == 0 ? 0 : logits[0].length;
    }

    /** The class of the greatest logit in row {@code i}, the first of equals. */
    public int predicted(int i) {
        float[] row = logits[i];
        int best = 0;
        for (int c = 1; c < row.length; c++) if (above(row[c], row[best])) best = c;
        return best;
    }

    /** Whether {@code a} is greater, where NaN is greater than every number. */
    static boolean above(float a, float b) {
        return a > b || Float.isNaN(a) && !Float.isNaN(b);
    }

    /** The number of samples that are classified correctly: of a multi-label model, with all labels and no other. */
    public int correct() {
        int correct = 0;
        for (int i = 0; i < samples.length; i++) if (isRight(i)) correct++;
        return correct;
    }

    /** Whether the sample in row {@code i} is classified correctly: with multi-label, all its labels and no other. */
    public boolean isRight(int i) {
        if (!isMultiLabel()) return predicted(i) == labels[i];
        for (int c = 0; c < classes(); c++) if (has(i, c) != predicts(i, c)) return false;
        return true;
    }

    /** The fraction of {@link #correct}, 0..1: top-1 or subset accuracy; NaN without samples. */
    public double accuracy() {
        return (double) correct() / count();
    }

    /**
     * The softmax of each row, or with multi-label the sigmoid of each logit, in a new array, [evaluated
     * samples][classes]. It does not overflow for large logits.
     */
    public double[][] probabilities() {
        double[][] probabilities = new double[logits.length][];
        for (int i = 0; i < logits.length; i++)
            probabilities[i] = isMultiLabel() ? sigmoids(logits[i]) : Softmax.of(logits[i]);
        return probabilities;
    }

    private static double[] sigmoids(float[] row) {
        double[] sigmoids = new double[row.length];
        for (int c = 0; c < row.length; c++) sigmoids[c] = LabelThresholds.sigmoid(row[c]);
        return sigmoids;
    }
}
