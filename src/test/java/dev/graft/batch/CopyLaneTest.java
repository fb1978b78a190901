package dev.graft.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ring of host buffers beside a lane of copies that take their time. */
@Timeout(60)
class CopyLaneTest {
    private static final Preprocessing SMALL = SmallRun.CARD.preprocessing();
    private static final int BATCH = 4;

    @TempDir
    static Path folder;

    private static List<Sample> samples;

    @BeforeAll
    static void draw() throws IOException {
        samples = SmallRun.samples(folder, 30);
    }

    /** Copies at once, but says that each is through only after {@code patience} later ones have begun, or when awaited. */
    private static final class RecordingLane implements CopyLane {
        final List<String> calls = new ArrayList<>();
        final Map<Long, Integer> begun = new HashMap<>();
        final Map<Long, Integer> content = new HashMap<>();
        final int patience;
        int copies;

        RecordingLane(int patience) {
            this.patience = patience;
        }

        @Override
        public Tensor begin(Tensor source) {
            long address = source.data_ptr().address();
            assertTrue(isThrough(source), "a buffer was sent again before its copy was through");
            begun.put(address, copies++);
            content.put(address, hash(source));
            calls.add("begin");
            return source.clone();
        }

        @Override
        public boolean isThrough(Tensor source) {
            try (NativeScope scope = NativeScope.open()) {
                Integer copy = begun.get(source.data_ptr().address());
                boolean through = copy == null || copies - copy > patience;
                if (!through) {
                    assertEquals(
                            content.get(source.data_ptr().address()), hash(source), "overwritten while it was copied");
                }
                return through;
            }
        }

        @Override
        public void await(Tensor source) {
            try (NativeScope scope = NativeScope.open()) {
                assertEquals(content.get(source.data_ptr().address()), hash(source), "overwritten while it was copied");
                begun.remove(source.data_ptr().address());
            }
            calls.add("await");
        }

        private static int hash(Tensor source) {
            return new BytePointer(source.data_ptr())
                    .capacity(BATCH * 64L * 64 * 3)
                    .asByteBuffer()
                    .hashCode();
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private static List<Float> sums(CopyLane lane) throws IOException {
        List<Float> sums = new ArrayList<>();
        int[] order = IntStream.range(0, 28).toArray();
        try (Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, SMALL, lane);
                BatchLoader loader = new BatchLoader(SMALL, staging, BATCH, 2, Unreadable.FAIL)) {
            for (int pass = 0; pass < 3; pass++) {
                try (BatchStream stream = loader.stream(samples, order, 0)) {
                    for (HostBatch b = stream.next(); b != null; b = stream.next()) {
                        try (NativeScope step = NativeScope.open()) {
                            sums.add(staging.toDevice(b).images().sum().item_float());
                        }
                    }
                }
            }
        }
        return sums;
    }

    @Test
    void tryAlgorithms_isCudnnsSetting() {
        try (NativeScope scope = NativeScope.open()) {
            StreamLane.tryAlgorithms(true);
            assertTrue(torch.globalContext().benchmarkCuDNN());
            StreamLane.tryAlgorithms(false);
            assertFalse(torch.globalContext().benchmarkCuDNN());
        }
    }

    @Test
    void stream_copiesThatAreSoonThrough_neverWaits() throws IOException {
        RecordingLane lane = new RecordingLane(0);
        assertEquals(sums(null), sums(lane));
        assertEquals(21, lane.copies);
        assertEquals(0, lane.calls.stream().filter("await"::equals).count());
        assertEquals("close", lane.calls.get(lane.calls.size() - 1));
    }

    @Test
    void stream_copiesThatTakeLong_fillsNoBufferBeforeItsCopyIsThrough() throws IOException {
        for (int patience : new int[] {1, 2, 100}) {
            RecordingLane lane = new RecordingLane(patience);
            assertEquals(sums(null), sums(lane), "patience " + patience);
            boolean waited = lane.calls.contains("await");
            assertEquals(patience > 2, waited, "waits only when every buffer is under way: " + lane.calls);
        }
    }

    @Test
    void toDevice_memoryOfTheCaller_isCopiedBeforeItReturns() {
        RecordingLane lane = new RecordingLane(0);
        try (Staging staging = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, SMALL, lane);
                NativeScope scope = NativeScope.open();
                BytePointer pixels = new BytePointer(64L * 64 * 3)) {
            Tensor wrapped = staging.wrap(pixels.asByteBuffer(), 1);
            staging.toDevice(new HostBatch(wrapped, new long[1], new int[1], 1));
            assertEquals(List.of(), lane.calls);
        }
    }

    @Test
    void streamLane_onAGpu_givesTheSameNumbersAsThePlainCopy() throws IOException {
        Assumptions.assumeTrue(torch.cuda_is_available(), "needs a GPU");
        ComputeDevice gpu = ComputeDevice.best();
        try (StreamLane lane = new StreamLane(gpu);
                NativeScope scope = NativeScope.open()) {
            for (int i = 0; i < 50; i++) {
                Tensor host = torch.full(new long[] {1 << 20}, new org.bytedeco.pytorch.Scalar(i % 100))
                        .to(torch.ScalarType.Byte)
                        .pin_memory();
                Tensor there = lane.begin(host).to(torch.ScalarType.Float);
                assertEquals(i % 100, there.mean().item_float());
                lane.await(host);
                assertTrue(lane.isThrough(host));
            }
        }
    }
}
