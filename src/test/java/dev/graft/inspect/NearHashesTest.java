package dev.graft.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearHashesTest {
    /** Random hashes, copies of some with a few other bits, and equal ones. */
    private static long[] hashes(int distance) {
        Random random = new Random(distance);
        long[] hashes = new long[1500];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = random.nextLong();
            if (i % 3 > 0) continue;
            hashes[i] = hashes[random.nextInt(i + 1)];
            for (int bits = random.nextInt(distance + 4); bits > 0; bits--) hashes[i] ^= 1L << random.nextInt(64);
        }
        return hashes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 7, 10, 12})
    void groups_areThoseOfComparingAllPairs(int distance) {
        long[] hashes = hashes(distance);
        int[] group = new int[hashes.length];
        for (int i = 0; i < group.length; i++) {
            group[i] = i;
            for (int j = 0; j < i; j++) {
                if (Long.bitCount(hashes[i] ^ hashes[j]) > distance || group[i] == group[j]) continue;
                int from = Math.max(group[i], group[j]);
                int to = Math.min(group[i], group[j]);
                for (int k = 0; k <= i; k++) if (group[k] == from) group[k] = to;
            }
        }
        TreeMap<Integer, List<Integer>> expected = new TreeMap<>();
        for (int i = 0; i < group.length; i++)
            expected.computeIfAbsent(group[i], g -> new ArrayList<>()).add(i);
        assertEquals(
                expected.values().stream().filter(g -> g.size() > 1).toList(), NearHashes.groups(hashes, distance));
    }
}
