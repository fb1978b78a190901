package dev.graft.metrics;

/**
 * How many samples of each class are predicted to be of each: rows are actual classes, columns predicted ones, as in scikit-learn's
 * {@code confusion_matrix} with all classes as its labels. It needs memory for the square of the classes.
 */
public final class ConfusionMatrix {
    private final int[][] counts;
    private final int total;

    private ConfusionMatrix(int[][] counts, int total) {
        this.counts = counts;
        this.total = total;
    }

    /** The matrix of these answers; without samples it has no classes. */
    public static ConfusionMatrix of(Scores s) {
        int[][] counts = new int[s.classes()][s.classes()];
        for (int i = 0; i < s.count(); i++) counts[s.labels()[i]][s.predicted(i)]++;
        return new ConfusionMatrix(counts, s.count());
    }

    /** How many rows, and columns, it has. */
    public int classes() {
        return counts.length;
    }

    /** How many samples of class {@code actual} are predicted to be of class {@code predicted}. */
    public int count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** How many samples there are in all. */
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
