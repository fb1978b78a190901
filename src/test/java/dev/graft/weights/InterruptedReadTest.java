package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java closes a file when a thread that reads it is interrupted. */
class InterruptedReadTest {
    @TempDir
    Path folder;

    @Test
    void readStorage_interrupted_saysSo_toTheOthersToo() throws IOException {
        Path file = folder.resolve("one.pth");
        StateDictWriter state = new StateDictWriter();
        state.add("one", ScalarKind.U8, List.of(3L), ByteBuffer.allocate(3));
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            state.write(out);
        }
        WeightsFile weights = WeightsFile.open(file);
        StoredTensor one = weights.tensors().get("one");
        Thread.currentThread().interrupt();
        Exception mine = assertThrows(WeightsException.class, () -> weights.readStorage(one, ByteBuffer.allocate(3)));
        assertTrue(Thread.interrupted());
        Exception others = assertThrows(WeightsException.class, () -> weights.view(one));
        for (Exception e : List.of(mine, others)) {
            assertTrue(
                    e.getMessage().startsWith("weights: " + file + ": was closed while it was read"), e.getMessage());
            assertTrue(e.getMessage().endsWith("; open it again"), e.getMessage());
        }
        weights.close();
        assertThrows(IllegalStateException.class, () -> weights.view(one));
    }
}
