package dev.graft.image.codec;

import java.nio.IntBuffer;

/**
 * Finds values by their place in the sorted sequence, without sorting: a histogram of the upper 16 bits of all keys tells
 * which of them a place has, and a histogram of the lower 16 bits of those keys tells the rest.
 */
record GreyRanks(IntBuffer bits, int count, GreyValues.Type type) {
    private static final int HALF = 1 << 16;

    /** The key at each of these places. */
    int[] keys(int... ranks) {
        int[] upper = new int[HALF];
        for (int i = 0; i < count; i++) upper[type.key(bits.get(i)) >>> 16]++;
        int[] keys = new int[ranks.length];
        int[] left = new int[ranks.length];
        int[][] lower = new int[HALF][];
        for (int r = 0; r < ranks.length; r++) {
            left[r] = ranks[r];
            while (left[r] >= upper[keys[r]]) left[r] -= upper[keys[r]++];
            if (lower[keys[r]] == null) lower[keys[r]] = new int[HALF];
        }
        for (int i = 0; i < count; i++) {
            int key = type.key(bits.get(i));
            int[] counts = lower[key >>> 16];
            if (counts != null) counts[key & HALF - 1]++;
        }
        for (int r = 0; r < ranks.length; r++) keys[r] = keys[r] << 16 | place(lower[keys[r]], left[r]);
        return keys;
    }

    private static int place(int[] counts, int rank) {
        int at = 0;
        for (int left = rank; left >= counts[at]; at++) left -= counts[at];
        return at;
    }
}
