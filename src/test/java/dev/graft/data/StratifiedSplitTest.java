package dev.graft.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StratifiedSplitTest {
    @Test
    void split_sameSeed_givesSameFiles(@TempDir Path root) throws IOException {
        Trees.flat(root, 50);
        ImageFolder first = ImageFolder.open(root, 0.2, 7);
        assertEquals(first.validation(), ImageFolder.open(root, 0.2, 7).validation());
        assertNotEquals(first.validation(), ImageFolder.open(root, 0.2, 8).validation());
    }

    @Test
    void split_keepsEveryPictureOnce_inOrder_andTheShareOfEachClass(@TempDir Path root) throws IOException {
        Trees.flat(root, 50);
        ImageFolder folder = ImageFolder.open(root, 0.3, 1);
        assertEquals(List.of(35, 35), folder.findings().trainCounts());
        assertEquals(List.of(15, 15), folder.findings().validationCounts());
        List<Sample> all = new ArrayList<>(folder.train());
        all.addAll(folder.validation());
        assertEquals(100, all.stream().distinct().count());
        Comparator<Sample> byFile = Comparator.comparing(Sample::file);
        assertEquals(folder.train().stream().sorted(byFile).toList(), folder.train());
        assertEquals(folder.validation().stream().sorted(byFile).toList(), folder.validation());
    }

    @Test
    void split_leavesOneOnEachSide() {
        assertEquals(1, new StratifiedSplit(0.01, 0).validationOf("cat", 2).cardinality());
        assertEquals(1, new StratifiedSplit(0.99, 0).validationOf("cat", 2).cardinality());
    }

    /** The set was computed in Python from SplitMix64's published constants. */
    @Test
    void split_isTheSameOnEveryMachine() {
        assertEquals(
                "{4, 5, 6, 8}",
                new StratifiedSplit(0.4, 42).validationOf("cat", 10).toString());
    }

    @Test
    void split_choosesEveryPictureAlike() {
        int[] times = new int[10];
        for (int seed = 0; seed < 1000; seed++) {
            BitSet chosen = new StratifiedSplit(0.2, seed).validationOf("cat", 10);
            chosen.stream().forEach(i -> times[i]++);
        }
        for (int n : times) assertTrue(n > 140 && n < 260, "chosen " + n + " of 1000 times, 200 expected");
    }
}
