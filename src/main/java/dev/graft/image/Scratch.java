package dev.graft.image;

/**
 * Arrays that one thread uses again for every picture. An array is valid until the next one of its kind is asked for.
 * Large ones are handed out but not kept.
 */
final class Scratch {
    private static final int MOST_KEPT = 32 << 20;

    private byte[] pixels = {};
    private byte[] result = {};
    private byte[] line = {};
    private int[] row = {};
    private int[] sums = {};
    private float[] floats = {};

    /** At least {@code n} bytes for a decoded picture; their values are anything. */
    byte[] pixels(long n) throws Refusal {
        if (n <= pixels.length) return pixels;
        byte[] fresh = allocate(n);
        if (n <= MOST_KEPT) pixels = fresh;
        return fresh;
    }

    byte[] result(int n) {
        if (n > result.length) result = new byte[n];
        return result;
    }

    byte[] line(int n) {
        if (n > line.length) line = new byte[n];
        return line;
    }

    int[] row(int n) {
        if (n > row.length) row = new int[n];
        return row;
    }

    int[] sums(int n) {
        if (n > sums.length) sums = new int[n];
        return sums;
    }

    float[] floats(int n) {
        if (n > floats.length) floats = new float[n];
        return floats;
    }

    /** Exactly {@code n} bytes, or a refusal that says what to set. */
    static byte[] allocate(long n) throws Refusal {
        try {
            return new byte[Math.toIntExact(n)];
        } catch (OutOfMemoryError e) {
            throw Refusal.of(
                    "its pixels take " + (n >> 20) + " MB, more than Java has free",
                    "what fits the heap",
                    "start Java with a larger -Xmx or lower maxPixels");
        }
    }
}
