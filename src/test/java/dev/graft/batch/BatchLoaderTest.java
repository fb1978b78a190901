package dev.graft.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ChildJvm;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BatchLoaderTest {
    private static final Preprocessing SMALL = SmallRun.CARD.preprocessing();
    private static final int PICTURE = 64 * 64 * 3;
    private static final int BATCH = 4;

    /** Of the thirty samples these are no pictures: one alone, and one whole batch of the natural order. */
    private static final Set<Integer> BAD = Set.of(2, 8, 9, 10, 11);

    @TempDir
    static Path folder;

    private static List<Sample> good;
    private static List<Sample> mixed;
    private static Staging staging;

    @BeforeAll
    static void drawPictures() throws IOException {
        staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, SMALL);
        good = SmallRun.samples(folder, 30);
        mixed = new ArrayList<>(good);
        for (int i : BAD) {
            Path file = Files.writeString(folder.resolve("bad" + i + ".jpg"), "no picture");
            mixed.set(i, new Sample(file, i % 2));
        }
    }

    @AfterAll
    static void freeStaging() {
        staging.close();
    }

    private static BatchLoader loader(int workers, Unreadable policy) {
        return new BatchLoader(SMALL, staging, BATCH, workers, policy);
    }

    private static int[] natural() {
        return IntStream.range(0, 30).toArray();
    }

    /** What a stream gave: sample indices, labels, a checksum of each row. */
    private record Given(List<Integer> samples, List<Long> labels, List<Integer> rows) {
        Given() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        void add(HostBatch batch) {
            ByteBuffer pixels = new BytePointer(batch.pixels().data_ptr())
                    .capacity((long) batch.size() * PICTURE)
                    .asByteBuffer();
            for (int row = 0; row < batch.size(); row++) {
                samples.add(batch.samples()[row]);
                labels.add(batch.labels()[row]);
                rows.add(pixels.slice(row * PICTURE, PICTURE).hashCode());
            }
        }
    }

    private static Given all(BatchLoader loader, List<Sample> samples, int[] order) throws IOException {
        Given given = new Given();
        try (BatchStream stream = loader.stream(samples, order, 0)) {
            for (HostBatch b = stream.next(); b != null; b = stream.next()) {
                given.add(b);
            }
        }
        return given;
    }

    @Test
    void stream_anyNumberOfWorkers_givesTheSameOrderAndPixels() throws IOException {
        int[] order = IntStream.range(0, 30).map(i -> (i * 7) % 30).toArray();
        Given one;
        try (BatchLoader loader = loader(1, Unreadable.FAIL)) {
            one = all(loader, good, order);
        }
        assertArrayEquals(order, one.samples().stream().mapToInt(i -> i).toArray());
        assertEquals(30, Set.copyOf(one.rows()).size());
        try (BatchLoader loader = loader(3, Unreadable.FAIL)) {
            for (int pass = 0; pass < 5; pass++) {
                assertEquals(one, all(loader, good, order));
            }
        }
    }

    @Test
    void next_unreadableUnderFail_namesTheFileAndTheLoaderGoesOn() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.FAIL)) {
            try (BatchStream stream = loader.stream(mixed, natural(), 0)) {
                Exception e = assertThrows(IOException.class, stream::next);
                assertTrue(e.getMessage().startsWith(folder.resolve("bad2.jpg") + ": "), e.getMessage());
                assertArrayEquals(new int[] {4, 5, 6, 7}, stream.next().samples());
            }
            assertEquals(30, all(loader, good, natural()).samples().size());
        }
    }

    @Test
    void next_unreadableUnderSkip_leavesThemOutAndNamesThem() throws IOException {
        Given whole;
        try (BatchLoader loader = loader(2, Unreadable.FAIL)) {
            whole = all(loader, good, natural());
        }
        try (BatchLoader loader = loader(3, Unreadable.SKIP)) {
            Given given = all(loader, mixed, natural());
            int[] left = IntStream.range(0, 30).filter(i -> !BAD.contains(i)).toArray();
            assertArrayEquals(left, given.samples().stream().mapToInt(i -> i).toArray());
            for (int i = 0; i < left.length; i++) {
                assertEquals(left[i] % 2, given.labels().get(i), "label of sample " + left[i]);
                assertEquals(whole.rows().get(left[i]), given.rows().get(i), "pixels of sample " + left[i]);
            }
            assertEquals(BAD.size(), loader.skipped().size());
            assertTrue(loader.skipped().containsKey(folder.resolve("bad10.jpg").toString()));
        }
    }

    @Test
    void next_nothingReadable_endsWithoutABatch() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.SKIP);
                BatchStream stream = loader.stream(mixed, new int[] {8, 9, 10, 11, 2}, 0)) {
            assertNull(stream.next());
        }
    }

    @Test
    void next_rowsLeftOut_batchHoldsOnlyTheOthers() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.SKIP);
                BatchStream stream = loader.stream(mixed, natural(), 0)) {
            HostBatch first = stream.next();
            assertEquals(3, first.size());
            assertArrayEquals(new int[] {0, 1, 3}, Arrays.copyOf(first.samples(), 3));
        }
    }

    @Test
    void close_inTheMiddle_letsTheNextStreamBegin() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.FAIL)) {
            for (int i = 0; i < 10; i++) {
                BatchStream stream = loader.stream(good, natural(), 0);
                stream.next();
                stream.close();
                stream.close();
                Exception e = assertThrows(IllegalStateException.class, stream::next);
                assertTrue(e.getMessage().contains("is closed"), e.getMessage());
            }
            assertEquals(30, all(loader, good, natural()).samples().size());
        }
    }

    @Test
    void stream_whileAnotherIsOpen_isRefused() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.FAIL);
                BatchStream stream = loader.stream(good, natural(), 0)) {
            Exception e = assertThrows(IllegalStateException.class, () -> loader.stream(good, natural(), 0));
            assertTrue(e.getMessage().contains("still open"), e.getMessage());
            assertEquals(4, stream.next().size());
        }
    }

    @Test
    void stream_orderBeyondTheSamples_leavesTheLoaderUsable() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.FAIL)) {
            assertThrows(IndexOutOfBoundsException.class, () -> loader.stream(good, new int[] {0, 30}, 0));
            assertThrows(IllegalArgumentException.class, () -> loader.stream(good, natural(), -1));
            assertEquals(30, all(loader, good, natural()).samples().size());
        }
    }

    @Test
    void close_ofTheLoader_closesItsStreamWithoutAHang() {
        BatchLoader loader = loader(1, Unreadable.FAIL);
        BatchStream stream = loader.stream(good, natural(), 0);
        assertTimeoutPreemptively(Duration.ofSeconds(20), loader::close);
        assertTimeoutPreemptively(Duration.ofSeconds(20), stream::close);
        assertThrows(IllegalStateException.class, stream::next);
        Exception e = assertThrows(IllegalStateException.class, () -> loader.stream(good, natural(), 0));
        assertTrue(e.getMessage().contains("after close"), e.getMessage());
        loader.close();
    }

    @Test
    void next_interrupted_saysSoAndKeepsTheFlag() throws IOException {
        try (BatchLoader loader = loader(2, Unreadable.SKIP)) {
            try (BatchStream stream = loader.stream(good, natural(), 0)) {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedIOException.class, stream::next);
            } finally {
                assertTrue(Thread.interrupted());
            }
            assertEquals(30, all(loader, good, natural()).samples().size());
            assertEquals(0, loader.skipped().size());
        }
    }

    @Test
    void close_afterManyPasses_leavesNoNativeMemory() throws IOException {
        long before = -1;
        for (int i = 0; i < 5; i++) {
            try (BatchLoader loader = loader(2, Unreadable.SKIP)) {
                all(loader, mixed, natural());
            }
            before = i == 1 ? Pointer.totalCount() : before;
        }
        assertEquals(before, Pointer.totalCount());
    }

    @Test
    void keep_secondPass_givesTheSameRowsWithoutFiles(@TempDir Path own) throws IOException {
        for (PixelCache cache : List.of(PixelCache.inMemory(30L * PICTURE), PixelCache.onDisk(own, 30L * PICTURE))) {
            List<Sample> samples = SmallRun.samples(own.resolve("pictures"), 30);
            try (BatchLoader loader = loader(3, Unreadable.FAIL)) {
                loader.keep(cache, List.of(samples));
                Given first = all(loader, samples, natural());
                for (Sample s : samples) Files.delete(s.file());
                assertEquals(first, all(loader, samples, natural()));
                int[] back = IntStream.range(0, 30).map(i -> 29 - i).toArray();
                assertEquals(
                        first.rows().get(29), all(loader, samples, back).rows().get(0));
                assertThrows(IOException.class, () -> all(loader, new ArrayList<>(samples), natural()));
                assertThrows(IllegalStateException.class, () -> loader.keep(cache, List.of(samples)));
            }
        }
    }

    /** Many workers want to fill the row of one picture. */
    @Test
    void keep_samePictureMoreThanOnceInAPass_isWhole() throws IOException {
        int[] order = IntStream.range(0, 300).map(i -> i / 10 % 3).toArray();
        try (BatchLoader loader = loader(8, Unreadable.FAIL)) {
            Given without = all(loader, good, order);
            loader.keep(PixelCache.inMemory(30L * PICTURE), List.of(good));
            for (int pass = 0; pass < 3; pass++) assertEquals(without, all(loader, good, order));
        }
    }

    /** In a JVM of its own: memory that an earlier test left would go back to the system in between. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void keep_memory_isFlatAndGivenBack() throws IOException {
        ChildJvm.Result child = ChildJvm.run(folder, List.of("-Xmx256m"), KeptMemory.class, folder);
        assertEquals(0, child.exit(), child.output());
    }
}
