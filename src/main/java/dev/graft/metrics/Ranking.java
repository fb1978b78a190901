package dev.graft.metrics;

import java.util.Arrays;

/**
 * The scores of a class: those of its own samples, and those of all others. Both are sorted and walked from the
 * greatest to the smallest, one step for each distinct score of the class's samples. Sorting two arrays of numbers is
 * several times faster than sorting indices.
 */
record Ranking(double[] inside, double[] outside) {
    /** Sorts both, in place. */
    Ranking {
        Arrays.sort(inside);
        Arrays.sort(outside);
    }

    /**
     * The fraction of pairs in which the sample of the class has the greater score; equal scores count half. NaN if
     * there are no pairs.
     */
    double rocAuc() {
        if (inside.length == 0 || outside.length == 0 || hasNaN()) return Double.NaN;
        long halves = 0;
        for (int in = inside.length, out = outside.length; in > 0; ) {
            double score = inside[in - 1];
            int next = below(inside, in, score);
            int equalOrLess = notAbove(outside, out, score);
            out = below(outside, equalOrLess, score);
            halves += (long) (in - next) * (out + equalOrLess); // counts smaller scores twice and equal scores once
            in = next;
        }
        return halves / (2.0 * inside.length * outside.length);
    }

    /**
     * DeLong's standard error of {@link #rocAuc}: of each sample, the fraction of the samples on the other side that it is
     * ranked right with, and the variance of these fractions on both sides. NaN with fewer than two samples on a side.
     */
    double rocAucError() {
        if (inside.length < 2 || outside.length < 2 || hasNaN()) return Double.NaN;
        return Math.sqrt(variance(inside, outside) / inside.length + variance(outside, inside) / outside.length);
    }

    /** The variance of the fractions of {@code others} that are below each value; equal ones count half. */
    private static double variance(double[] values, double[] others) {
        double[] fractions = new double[values.length];
        int below = 0;
        int notAbove = 0;
        for (int i = 0; i < values.length; i++) {
            while (below < others.length && others[below] < values[i]) below++;
            while (notAbove < others.length && others[notAbove] <= values[i]) notAbove++;
            fractions[i] = (below + notAbove) / (2.0 * others.length);
        }
        double mean = Arrays.stream(fractions).average().orElseThrow();
        double squares = 0;
        for (double f : fractions) squares += (f - mean) * (f - mean);
        return squares / (values.length - 1);
    }

    /** The sum over the steps of recall, each times the precision at that step. NaN if the class has no samples. */
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

    /** Whether a score is NaN: sorting puts NaN at the end. */
    private boolean hasNaN() {
        return endsInNaN(inside) || endsInNaN(outside);
    }

    private static boolean endsInNaN(double[] sorted) {
        return sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1]);
    }

    /** How many of the first {@code end} values are less than {@code score}. */
    private static int below(double[] sorted, int end, double score) {
        int i = end;
        while (i > 0 && !(sorted[i - 1] < score)) i--;
        return i;
    }

    /** How many of the first {@code end} values are at most {@code score}. */
    private static int notAbove(double[] sorted, int end, double score) {
        int i = end;
        while (i > 0 && sorted[i - 1] > score) i--;
        return i;
    }
}
