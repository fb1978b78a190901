package dev.graft.image.resize;

/**
 * Scratch arrays of {@link JavaResize}, reused for every picture of a thread. An array is valid until the same method
 * is called again. Large arrays are not kept.
 */
final class Scratch {
    private static final int MOST_KEPT = 1 << 18; // numbers

    private byte[] lines = {};
    private int[] rows = {};
    private long[] pairs = {};
    private int[] sums = {};

    byte[] lines(int n) {
        if (n <= lines.length) return lines;
        byte[] fresh = new byte[n];
        if (n <= MOST_KEPT) lines = fresh;
        return fresh;
    }

    long[] pairs(int n) {
        if (n <= pairs.length) return pairs;
        long[] fresh = new long[n];
        if (n <= MOST_KEPT) pairs = fresh;
        return fresh;
    }

    int[] rows(int n) {
        if (n <= rows.length) return rows;
        int[] fresh = new int[n];
        if (n <= MOST_KEPT) rows = fresh;
        return fresh;
    }

    int[] sums(int n) {
        if (n <= sums.length) return sums;
        int[] fresh = new int[n];
        if (n <= MOST_KEPT) sums = fresh;
        return fresh;
    }
}
