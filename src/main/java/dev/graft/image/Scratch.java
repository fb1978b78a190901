package dev.graft.image;

/**
 * Arrays that one thread uses again for every picture. An array is valid until the next one of its kind is asked for.
 * Large ones are handed out but not kept.
 */
final class Scratch {
    private static final int MOST_KEPT = 32 << 20;

    private byte[] pixels = {};
    private byte[] result = {};
    private byte[] lines = {};
    private int[] rows = {};
    private long[] pairs = {};
    private int[] sums = {};
    private float[] floats = {};

    /** At least {@code n} bytes for a decoded picture; their values are anything. */
    byte[] pixels(long n) {
        if (n <= pixels.length) return pixels;
        byte[] fresh = new byte[Math.toIntExact(n)];
        if (n <= MOST_KEPT) pixels = fresh;
        return fresh;
    }

    byte[] result(int n) {
        if (n > result.length) result = new byte[n];
        return result;
    }

    byte[] lines(int n) {
        if (n > lines.length) lines = new byte[n];
        return lines;
    }

    long[] pairs(int n) {
        if (n > pairs.length) pairs = new long[n];
        return pairs;
    }

    int[] rows(int n) {
        if (n > rows.length) rows = new int[n];
        return rows;
    }

    int[] sums(int n) {
        if (n > sums.length) sums = new int[n];
        return sums;
    }

    float[] floats(int n) {
        if (n > floats.length) floats = new float[n];
        return floats;
    }
}
