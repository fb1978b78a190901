package dev.graft.metrics;

/**
 * What a classifier said of a list of samples. The arrays are kept, not copied: whoever makes a {@code Scores} leaves them alone from then on.
 *
 * <p>Logits that are not finite have the meaning that PyTorch gives them. A NaN counts as greater than every number, so it is what
 * {@link #predicted} finds, and the probabilities of its row are all NaN. A row with +∞, or with nothing but -∞, has NaN for
 * probabilities too; -∞ beside finite logits is a probability of 0.
 *
 * @param samples index of each judged sample in the list, 0 or more; samples that could not be judged are left out
 * @param labels the class that each judged sample lies in, from 0 to {@code classes() - 1}
 * @param logits what the classifier said, [judged samples][classes], as many in each row
 */
public record Scores(int[] samples, int[] labels, float[][] logits) {
    /** Checks that the three belong together. */
    public Scores {
        checkLength("labels", labels.length, samples.length);
        checkLength("rows of logits", logits.length, samples.length);
        for (int i = 0; i < samples.length; i++) checkRow(i, samples[i], labels[i], logits[i].length, logits[0].length);
    }

    private static void checkLength(String what, int length, int samples) {
        if (length != samples)
            throw new IllegalArgumentException(
                    "scores: " + what + ", was " + length + ", expected " + samples + ", one for each sample");
    }

    private static void checkRow(int i, int sample, int label, int length, int classes) {
        if (sample < 0)
            throw new IllegalArgumentException(
                    "scores: index of a sample in row " + i + ", was " + sample + ", expected 0 or more");
        if (length != classes)
            throw new IllegalArgumentException("scores: logits in row " + i + ", was " + length + ", expected "
                    + classes + " as in the first row");
        if (label < 0 || label >= classes)
            throw new IllegalArgumentException("scores: label in row " + i + ", was " + label + ", expected 0 or more"
                    + " and less than " + classes + ", the number of classes");
    }

    /** How many samples were judged. */
    public int count() {
        return samples.length;
    }

    /** How many classes the classifier has; 0 if there are no rows to tell it. */
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

    /** How many samples are predicted to be what they are. */
    public int correct() {
        int correct = 0;
        for (int i = 0; i < labels.length; i++) if (predicted(i) == labels[i]) correct++;
        return correct;
    }

    /** The share of {@link #correct}, from 0 to 1; NaN if there are no samples. */
    public double accuracy() {
        return (double) correct() / count();
    }

    /** The softmax of each row, [judged samples][classes], in a new array. It does not overflow, however great the logits. */
    public double[][] probabilities() {
        double[][] probabilities = new double[logits.length][];
        for (int i = 0; i < logits.length; i++) probabilities[i] = Softmax.of(logits[i]);
        return probabilities;
    }
}
