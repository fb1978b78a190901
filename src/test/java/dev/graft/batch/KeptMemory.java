package dev.graft.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.HeldMemory;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** A child that keeps 100 pictures of 3 MB: taken as they come, the same after more passes, given back at the close. Argument: a folder. */
final class KeptMemory {
    private static final int[] ORDER = IntStream.range(0, 100).toArray();

    private KeptMemory() {}

    public static void main(String[] args) throws IOException {
        Preprocessing large = SmallRun.CARD.preprocessing().withResize(new Resize.Stretch(1024, 1024));
        List<Sample> good = SmallRun.samples(Path.of(args[0], "kept"), 30);
        List<Sample> samples =
                IntStream.of(ORDER).mapToObj(i -> good.get(i % good.size())).toList();
        try (Staging own = new Staging(ComputeDevice.CPU, Layout.CHANNELS_LAST, large)) {
            try (BatchLoader warm = new BatchLoader(large, own, 2, 2, Unreadable.FAIL)) {
                drain(warm, samples);
            }
            long before = HeldMemory.residentBytes();
            try (BatchLoader loader = new BatchLoader(large, own, 2, 2, Unreadable.FAIL)) {
                loader.keep(PixelCache.inMemory(Long.MAX_VALUE), List.of(samples));
                assertTrue(
                        HeldMemory.residentBytes() - before < 50 << 20, "nothing is taken before there are pictures");
                drain(loader, samples);
                long filled = HeldMemory.residentBytes();
                assertTrue(filled - before > 250 << 20, filled - before + " bytes more");
                for (int i = 0; i < 5; i++) drain(loader, samples);
                assertEquals(filled, HeldMemory.residentBytes(), 30 << 20);
            }
            assertEquals(before, HeldMemory.residentBytes(), 50 << 20);
        }
    }

    private static void drain(BatchLoader loader, List<Sample> samples) throws IOException {
        try (BatchStream stream = loader.stream(samples, ORDER, 0)) {
            while (stream.next() != null) {
                // the rows are not looked at
            }
        }
    }
}
