package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.files.AtomicFile;
import dev.graft.weights.SafetensorsWriter;
import dev.graft.weights.tensor.ScalarKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps of the Python twin, good and bad. */
class ReplayTest {
    @TempDir
    Path folder;

    @Test
    void read_dump_givesHeadAndOrder() throws IOException {
        Replay replay = Replay.read(dump("order", 3, 0, 1, 2, 2, 1, 0));
        assertArrayEquals(new float[] {0, 1, 2, 3}, replay.weight());
        assertArrayEquals(new float[] {0, 1}, replay.bias());
        assertArrayEquals(new int[][] {{0, 1, 2}, {2, 1, 0}}, replay.order());
    }

    @Test
    void read_whatIsNoDump_isToldWithItsName() throws IOException {
        refused(dump("other", 1, 0), "has no order of type I64 with 2 dimensions");
        refused(dump("order", 0), "has no order of type I64 with 2 dimensions");
        refused(dump("order", 1, 1L << 40), "counts further than 2^31");
        refused(Files.writeString(folder.resolve("text"), "no dump at all"), "begins with 6e 6f");
    }

    private static void refused(Path file, String words) {
        String message =
                assertThrows(IOException.class, () -> Replay.read(file)).getMessage();
        assertTrue(message.contains(file.toString()) && message.contains(words), message);
    }

    private Path dump(String name, int samples, long... order) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        writer.add("fc.weight", ScalarKind.F32, List.of(2L, 2L), floats(4));
        writer.add("fc.bias", ScalarKind.F32, List.of(2L), floats(2));
        ByteBuffer numbers = ByteBuffer.allocate(8 * order.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long n : order) numbers.putLong(n);
        long epochs = samples == 0 ? 2 : order.length / samples;
        writer.add(name, ScalarKind.I64, List.of(epochs, (long) samples), numbers.flip());
        Path file = folder.resolve("dump.safetensors");
        AtomicFile.write(file, writer::write);
        return file;
    }

    private static ByteBuffer floats(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) bytes.putFloat(i);
        return bytes.flip();
    }
}
