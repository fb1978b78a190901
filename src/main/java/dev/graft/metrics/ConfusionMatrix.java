package dev.graft.metrics;

/**
 * The number of samples for each pair of actual class (row) and predicted class (column), as in scikit-learn's {@code
 * confusion_matrix} with all classes as labels. Its memory grows with the square of the number of classes. Immutable.
 */
public final class ConfusionMatrix {
    private final int[][] counts;
    private final int total;

    private ConfusionMatrix(int[][] counts, int total) {
        this.counts = counts;
        this.total = total;
    }

    /**
     * The matrix of these scores. Without samples it has no rows.
     *
     * @throws IllegalStateException if samples may have any number of labels: then {@link PerClass} has the numbers
     */
    public static ConfusionMatrix of(Scores s) {
        int[][] counts = new int[s.classes()][s.classes()];
        for (int i = 0; i < s.count(); i++) counts[s.labels()[i]][s.predicted(i)]++;
        return new ConfusionMatrix(counts, s.count());
    }

    /** The number of classes: rows and columns. */
    public int classes() {
        return counts.length;
    }

    /** The number of samples of class {@code actual} that are predicted as class {@code predicted}. */
    public int count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** The number of all samples. */
    public int total() {
        return total;
    }

    /** All counts, [actual][predicted], in a new array. */
    public int[][] counts() {
        int[][] copy = new int[counts.length][];
        for (int c = 0; c < copy.length; c++) copy[c] = counts[c].clone();
        return copy;
    }
}
