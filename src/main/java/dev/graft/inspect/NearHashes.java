package dev.graft.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds hashes of 64 bits that differ in few bits, without comparing all pairs. A hash is cut into four bands of 16
 * bits. Two hashes that differ in at most d bits differ in at most d / 4 bits in one of the bands, so only those with
 * such a band are compared (multi-index hashing: Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with
 * Multi-Index Hashing", 2012). It finds all of them.
 */
final class NearHashes {
    private static final int BANDS = 4;
    private static final int BITS = 16;
    private static final int VALUES = 1 << BITS;

    private final long[] hashes; // all different
    private final int distance;
    private final int[] parents;

    private NearHashes(long[] hashes, int distance) {
        this.hashes = hashes;
        this.distance = distance;
        parents = IntStream.range(0, hashes.length).toArray();
    }

    /**
     * Groups hashes: two are in one group if they differ in at most {@code distance} bits, or if others lead from one to
     * the other by such steps.
     *
     * @param distance 0 to 15
     * @return the indices of each group of two or more, in order
     */
    static List<List<Integer>> groups(long[] all, int distance) {
        Map<Long, List<Integer>> equal = new LinkedHashMap<>();
        for (int i = 0; i < all.length; i++)
            equal.computeIfAbsent(all[i], h -> new ArrayList<>()).add(i);
        NearHashes near = new NearHashes(
                equal.keySet().stream().mapToLong(Long::longValue).toArray(), distance);
        for (int band = 0; band < BANDS; band++) near.join(band);
        Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
        int hash = 0;
        for (List<Integer> same : equal.values())
            groups.computeIfAbsent(near.root(hash++), r -> new ArrayList<>()).addAll(same);
        return groups.values().stream()
                .filter(g -> g.size() > 1)
                .map(g -> g.stream().sorted().toList())
                .sorted(Comparator.comparing(g -> g.get(0)))
                .toList();
    }

    private void join(int band) {
        int[] starts = new int[VALUES + 1];
        for (long hash : hashes) starts[value(hash, band) + 1]++;
        for (int v = 0; v < VALUES; v++) starts[v + 1] += starts[v];
        int[] next = starts.clone();
        int[] sorted = new int[hashes.length];
        for (int i = 0; i < hashes.length; i++) sorted[next[value(hashes[i], band)]++] = i;
        int[] changes = changes(distance / BANDS);
        for (int i = 0; i < hashes.length; i++) {
            for (int change : changes) {
                int value = value(hashes[i], band) ^ change;
                for (int at = starts[value]; at < starts[value + 1]; at++) join(i, sorted[at]);
            }
        }
    }

    private void join(int a, int b) {
        if (b > a && Long.bitCount(hashes[a] ^ hashes[b]) <= distance) parents[root(b)] = root(a);
    }

    private int root(int of) {
        int root = of;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    private static int value(long hash, int band) {
        return (int) (hash >>> band * BITS) & VALUES - 1;
    }

    /** All changes of at most this number of bits. */
    private static int[] changes(int bits) {
        return IntStream.range(0, VALUES)
                .filter(v -> Integer.bitCount(v) <= bits)
                .toArray();
    }
}
