package dev.graft.metrics;

import java.util.Arrays;

/**
 * The scores of a class: those of the samples that lie in it, and those of the rest. Both are sorted, and walked from the greatest down, a
 * step for each distinct score of the class's samples. Sorting two arrays of numbers is several times faster than sorting indices.
 */
record Ranking(double[] inside, double[] outside) {
    /** Sorts both, in place. */
    Ranking {
        Arrays.sort(inside);
        Arrays.sort(outside);
    }

    /** The share of pairs in which the sample inside has the greater score; equal ones count half. NaN if there are no pairs. */
    double rocAuc() {
        if (inside.length == 0 || outside.length == 0 || hasNaN()) return Double.NaN;
        long halves = 0;
        for (int in = inside.length, out = outside.length; in > 0; ) {
            double score = inside[in - 1];
            int next = below(inside, in, score);
            int equalOrLess = notAbove(outside, out, score);
            out = below(outside, equalOrLess, score);
            halves += (long) (in - next) * (out + equalOrLess); // twice those below, and once the equal ones
            in = next;
        }
        return halves / (2.0 * inside.length * outside.length);
    }

    /** The steps of recall, each times the precision there. NaN if no sample lies in the class. */
    double averagePrecision() {
        if (inside.length == 0 || hasNaN()) return Double.NaN;
        double sum = 0;
        for (int in = inside.length, out = outside.length; in > 0; ) {
            double score = inside[in - 1];
            int next = below(inside, in, score);
            out = below(outside, out, score);
            double found = inside.length - next;
            sum += (in - next) * found / (found + outside.length - out);
            in = next;
        }
        return sum / inside.length;
    }

    /** NaN is sorted to the end. */
    private boolean hasNaN() {
        return endsInNaN(inside) || endsInNaN(outside);
    }

    private static boolean endsInNaN(double[] sorted) {
        return sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1]);
    }

    /** How many of the first {@code end} are less than {@code score}. */
    private static int below(double[] sorted, int end, double score) {
        int i = end;
        while (i > 0 && !(sorted[i - 1] < score)) i--;
        return i;
    }

    /** How many of the first {@code end} are {@code score} or less. */
    private static int notAbove(double[] sorted, int end, double score) {
        int i = end;
        while (i > 0 && sorted[i - 1] > score) i--;
        return i;
    }
}
