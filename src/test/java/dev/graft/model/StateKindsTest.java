package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.state.ScalarTypes;
import dev.graft.model.state.StateReader;
import dev.graft.model.state.StateWriter;
import dev.graft.torch.NativeScope;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of number goes from a file into LibTorch and back. */
class StateKindsTest {
    private static final String EMPTY = "empty";

    @TempDir
    static Path folder;

    private static Path file;

    @BeforeAll
    static void writeFile() throws IOException {
        StateDictWriter state = new StateDictWriter();
        for (ScalarKind kind : ScalarKind.values()) {
            state.add(kind.name(), kind, List.of(2L, 3L), ByteBuffer.wrap(bytes(kind)));
        }
        state.add(EMPTY, ScalarKind.F32, List.of(0L, 3L));
        file = folder.resolve("kinds.pth");
        try (FileChannel out = create(file)) {
            state.write(out);
        }
    }

    @ParameterizedTest
    @EnumSource(ScalarKind.class)
    void read_asItIs_givesItsTypeAndBytes(ScalarKind kind) throws IOException {
        try (WeightsFile weights = WeightsFile.open(file);
                NativeScope scope = NativeScope.open();
                Tensor t = StateReader.read(weights, weights.tensors().get(kind.name()), kind)) {
            assertEquals(ScalarTypes.of(kind), t.scalar_type().intern());
            assertEquals(kind, ScalarTypes.kind(t.scalar_type()));
            assertArrayEquals(new long[] {2, 3}, t.shape());
            assertArrayEquals(bytes(kind), bytes(t));
        }
    }

    @Test
    void written_givesTheSameFileContent() throws IOException {
        Path copy = folder.resolve("copy.pth");
        try (WeightsFile weights = WeightsFile.open(file);
                FileChannel out = create(copy);
                TorchZipWriter zip = new TorchZipWriter(out, "archive");
                NativeScope scope = NativeScope.open()) {
            Map<String, Object> nodes = new LinkedHashMap<>();
            for (StoredTensor stored : weights.tensors().values()) {
                try (Tensor t = StateReader.read(weights, stored, stored.kind())) {
                    nodes.put(stored.name(), StateWriter.node(stored.name(), t));
                    StateWriter.entry(zip, stored.name(), t);
                }
            }
            zip.entry("data.pkl", PickleWriter.write(nodes));
        }
        try (WeightsFile again = WeightsFile.open(copy)) {
            for (ScalarKind kind : ScalarKind.values()) {
                StoredTensor stored = again.tensors().get(kind.name());
                assertEquals(kind, stored.kind());
                ByteBuffer bytes = ByteBuffer.allocate((int) stored.storageBytes());
                again.readStorage(stored, bytes);
                assertArrayEquals(bytes(kind), bytes.array(), kind.name());
            }
            assertEquals(List.of(0L, 3L), again.tensors().get(EMPTY).shape());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F64, 000000000000f03f",
        "F32, 0000803f",
        "F16, 003c",
        "BF16, 803f",
        "F8_E4M3, 38",
        "F8_E4M3FNUZ, 40",
        "F8_E5M2, 3c",
        "F8_E5M2FNUZ, 40",
        "F8_E8M0, 7f",
        "I64, 0100000000000000",
        "I8, 01",
        "U64, 0100000000000000",
        "U32, 01000000",
        "U16, 0100",
        "U8, 01",
        "BOOL, 01",
    })
    void read_one_becomesOneInFloat32(ScalarKind kind, String hex) throws IOException {
        Path one = folder.resolve("one.pth");
        StateDictWriter state = new StateDictWriter();
        state.add(
                "one", kind, List.of(), ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex)));
        try (FileChannel out = create(one)) {
            state.write(out);
        }
        try (WeightsFile weights = WeightsFile.open(one);
                NativeScope scope = NativeScope.open();
                Tensor t = StateReader.read(weights, weights.tensors().get("one"), ScalarKind.F32)) {
            assertEquals(torch.ScalarType.Float, t.scalar_type().intern());
            assertEquals(1f, t.item_float());
        }
    }

    @ParameterizedTest
    @CsvSource({"C128, view_as_real", "C64, view_as_real", "C32, view_as_real", "F4_X2, float16 or wider"})
    void read_whatWouldLoseAPart_isRefused(ScalarKind kind, String remedy) throws IOException {
        long before = Pointer.totalCount();
        try (WeightsFile weights = WeightsFile.open(file)) {
            StoredTensor stored = weights.tensors().get(kind.name());
            Exception e = assertThrows(WeightsException.class, () -> StateReader.read(weights, stored, ScalarKind.F32));
            assertTrue(e.getMessage().contains(kind.name() + " has the type " + kind.dtype()), e.getMessage());
            assertTrue(e.getMessage().contains(remedy), e.getMessage());
        }
        assertEquals(before, Pointer.totalCount());
    }

    /** Bytes that are no NaN in any kind: float32 is checked for it. */
    private static byte[] bytes(ScalarKind kind) {
        byte[] bytes = new byte[6 * kind.width()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (kind == ScalarKind.BOOL ? i % 2 : i);
        }
        return bytes;
    }

    private static byte[] bytes(Tensor t) {
        byte[] bytes = new byte[(int) t.nbytes()];
        new BytePointer(t.data_ptr()).get(bytes);
        return bytes;
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }
}
