package dev.graft.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStoreTest {
    private static final int FEATURES = 5;

    @TempDir
    Path folder;

    private static Digest digest(int n) {
        return new Digest(n, 2L * n, -n, Long.MIN_VALUE + n);
    }

    private static float[] features(int n) {
        float[] all = new float[FEATURES];
        for (int i = 0; i < FEATURES; i++) all[i] = n + i / 7f;
        return all;
    }

    private static void add(FeatureStore store, String trunk, int from, int to) {
        ByteBuffer rows = ByteBuffer.allocate((to - from + 3) * FEATURES * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN); // larger than needed, as the extractor's is
        List<Digest> digests = new ArrayList<>();
        for (int n = from; n < to; n++) {
            digests.add(digest(n));
            for (float f : features(n)) rows.putFloat(f);
        }
        store.add(trunk, digests, rows.clear(), FEATURES);
    }

    /** What is found of the digests from 0 to {@code n}. */
    private static Map<Integer, float[]> find(FeatureStore store, String trunk, int n) {
        Map<Digest, Integer> wanted = new HashMap<>();
        for (int i = 0; i < n; i++) wanted.put(digest(i), i);
        Map<Integer, float[]> found = new TreeMap<>();
        store.find(trunk, wanted, FEATURES, (row, bytes) -> {
            float[] values = new float[FEATURES];
            bytes.asFloatBuffer().get(values);
            found.put(row, values);
        });
        assertEquals(n, wanted.size() + found.size());
        return found;
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertEquals(1, all.size(), all.toString());
            return all.get(0);
        }
    }

    @Test
    void added_isFoundBitForBit_underItsTrunkOnly() {
        FeatureStore store = FeatureStore.in(folder);
        assertTrue(find(store, "t", 4).isEmpty());
        add(store, "t", 1, 3);
        add(store, "t", 3, 7);
        Map<Integer, float[]> found = find(store, "t", 5);
        assertEquals(List.of(1, 2, 3, 4), List.copyOf(found.keySet()));
        found.forEach((n, values) -> assertArrayEquals(features(n), values, "row " + n));
        assertTrue(find(store, "other", 5).isEmpty());
    }

    @Test
    void file_isSafetensorsThatAnyReaderTakes() throws IOException {
        add(FeatureStore.in(folder), "t", 0, 3);
        try (WeightsFile file = WeightsFile.open(onlyFile())) {
            assertEquals(
                    List.of(3L, (long) FEATURES), file.tensors().get("features").shape());
        }
    }

    /** Every byte of a file, flipped, and every length: the right features or none, never others; what is bad goes. */
    @Test
    void damagedFile_givesNothingWrong() throws IOException {
        FeatureStore store = FeatureStore.in(folder);
        add(store, "t", 0, 3);
        Path file = onlyFile();
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(5);
        List<String> told = new ArrayList<>();
        Logger log = Logger.getLogger("dev.graft");
        log.setFilter(line -> {
            told.add(line.getMessage());
            return false; // a thousand lines
        });
        try {
            damageEachByte(store, file, whole, random, told);
        } finally {
            log.setFilter(null);
        }
    }

    private static void damageEachByte(FeatureStore store, Path file, byte[] whole, Random random, List<String> told)
            throws IOException {
        int removed = 0;
        for (int i = 0; i < whole.length; i++) {
            byte[] bad = whole.clone();
            bad[i] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            find(store, "t", 3).forEach((n, values) -> assertArrayEquals(features(n), values));
            removed += Files.exists(file) ? 0 : 1;
            Files.write(file, Arrays.copyOf(whole, i));
            assertTrue(find(store, "t", 3).isEmpty(), "cut at " + i);
            assertFalse(Files.exists(file), "cut at " + i);
        }
        assertTrue(removed > whole.length / 2, removed + " of " + whole.length);
        assertEquals(removed + whole.length, told.size(), "one line for each");
        assertTrue(told.stream().allMatch(l -> l.contains(file + " is damaged (")), told.get(0));
    }

    @Test
    void tooMuch_theLeastUsedGo_neverTheNewest() throws IOException {
        FeatureStore store = FeatureStore.in(folder);
        add(store, "a", 0, 2);
        Files.setLastModifiedTime(onlyFile(), FileTime.fromMillis(1_000));
        long one = Files.size(onlyFile());
        add(store, "b", 2, 4);
        assertEquals(2, find(store, "a", 2).size()); // used again: now b's is the older
        add(store.withMostBytes(2 * one), "b", 4, 6);
        assertEquals(2, find(store, "a", 2).size());
        assertEquals(List.of(4, 5), List.copyOf(find(store, "b", 6).keySet()));
        add(store.withMostBytes(0), "b", 6, 8);
        assertTrue(find(store, "a", 2).isEmpty());
        assertEquals(List.of(6, 7), List.copyOf(find(store, "b", 8).keySet()));
        assertThrows(IllegalArgumentException.class, () -> store.withMostBytes(-1));
    }

    @Test
    void folderThatCannotBeWritten_isNoError() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        FeatureStore store = FeatureStore.in(file);
        add(store, "t", 0, 2);
        assertTrue(find(store, "t", 2).isEmpty());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void manyAtOnce_eachFindsWhatIsWhole() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<Integer>> results = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int from = 10 * thread;
            results.add(pool.submit(() -> {
                FeatureStore store = FeatureStore.in(folder).withMostBytes(3000);
                for (int round = 0; round < 30; round++) {
                    add(store, "t", from, from + 10);
                    find(store, "t", 40).forEach((n, values) -> assertArrayEquals(features(n), values));
                }
                return 1;
            }));
        }
        for (Future<Integer> r : results) assertEquals(1, r.get());
        pool.shutdown();
        assertFalse(find(FeatureStore.in(folder), "t", 40).isEmpty());
    }

    @Test
    void storedFeatures_areListed_thoseUsedLastFirst_andRemoved() throws Exception {
        FeatureStore store = FeatureStore.in(folder.resolve("listed"));
        StoredFeatures stored = new StoredFeatures(store);
        assertEquals(List.of(), stored.list());
        add(store, "old", 0, 3);
        add(store, "new", 0, 3);
        add(store, "new", 3, 5);
        try (Stream<Path> files = Files.list(store.folder().resolve("old"))) {
            Files.setLastModifiedTime(files.findFirst().orElseThrow(), FileTime.fromMillis(1000));
        }
        List<StoredFeatures.Group> groups = stored.list();
        assertEquals(
                List.of("new 2", "old 1"),
                groups.stream()
                        .map(g -> g.folder().getFileName() + " " + g.files())
                        .toList());
        assertEquals(1000, groups.get(1).used().toEpochMilli());
        assertTrue(groups.get(0).bytes() > groups.get(1).bytes());
        stored.remove(groups.get(0));
        assertEquals(1, stored.list().size());
        assertEquals(0, find(store, "new", 3).size());
        assertEquals(3, find(store, "old", 3).size());
    }

    @Test
    void storedFeatures_removeNothingElse_andFollowNoLink() throws Exception {
        FeatureStore store = FeatureStore.in(folder.resolve("linked"));
        add(store, "own", 0, 3);
        Path note = Files.writeString(store.folder().resolve("own/note.txt"), "mine");
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Path kept = Files.writeString(outside.resolve("kept.safetensors"), "the only copy");
        Files.createSymbolicLink(store.folder().resolve("link"), outside);
        StoredFeatures stored = new StoredFeatures(store);
        assertEquals(1, stored.list().size());
        stored.remove(stored.list().get(0));
        stored.remove(new StoredFeatures.Group(store.folder().resolve("link"), 1, 1, java.time.Instant.now()));
        assertTrue(Files.exists(note) && Files.exists(kept));
        assertEquals(0, find(store, "own", 3).size());
    }
}
