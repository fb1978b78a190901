package dev.graft.metrics;

/**
 * The logits of a classifier for a list of samples. The arrays are not copied: the caller must not change them
 * afterwards.
 *
 * <p>Logits that are not finite are treated as in PyTorch. NaN counts as greater than every number, so {@link
 * #predicted} returns its class, and all probabilities of the row are NaN. They are also NaN for a row with +∞, or with
 * only -∞. Next to finite logits, -∞ gives a probability of 0.
 *
 * @param samples index of each evaluated sample in the list, at least 0; samples that could not be read are left out
 * @param labels class index of each evaluated sample, from 0 to {@code classes() - 1}
 * @param logits [evaluated samples][classes], all rows of the same length
 */
public record Scores(int[] samples, int[] labels, float[][] logits) {
    /** Checks that the three arrays fit together. */
    public Scores {
        checkLength("labels", labels.length, samples.length);
        checkLength("rows of logits", logits.length, samples.length);
        for (int i = 0; i < samples.length; i++) checkRow(i, samples[i], labels[i], logits[i].length, logits[0].length);
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

    /** The number of samples that are classified correctly. */
    public int correct() {
        int correct = 0;
        for (int i = 0; i < labels.length; i++) if (predicted(i) == labels[i]) correct++;
        return correct;
    }

    /** Top-1 accuracy, 0..1; NaN without samples. */
    public double accuracy() {
        return (double) correct() / count();
    }

    /** The softmax of each row in a new array, [evaluated samples][classes]. It does not overflow for large logits. */
    public double[][] probabilities() {
        double[][] probabilities = new double[logits.length][];
        for (int i = 0; i < logits.length; i++) probabilities[i] = Softmax.of(logits[i]);
        return probabilities;
    }
}
