package dev.graft.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote, against what PyTorch says is in them. */
class GoldenWeightsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kinds.pth",
                "module.pth",
                "scripted.pt",
                "traced.pt",
                "wrapped.pth",
                "checkpoint.pth",
                "without_crc.pth",
                "legacy.pth",
                "legacy_wrapped.pth"
            })
    void tensors_ofPyTorch_haveItsNamesShapesAndBytes(String name) throws IOException {
        try (WeightsFile file = WeightsFile.open(WeightsFiles.golden(name))) {
            List<String> seen = new ArrayList<>();
            for (StoredTensor t : file.tensors().values()) seen.add(row(name, file, t));
            List<String> expected = Files.readAllLines(WeightsFiles.golden("expected.tsv")).stream()
                    .filter(line -> line.startsWith(name + "\t"))
                    .toList();
            assertEquals(String.join("\n", expected), String.join("\n", seen));
            WeightsKind dict = name.startsWith("legacy") ? WeightsKind.LEGACY_STATE_DICT : WeightsKind.STATE_DICT;
            assertEquals(name.endsWith(".pt") ? WeightsKind.TORCHSCRIPT : dict, file.kind());
        }
    }

    @Test
    void contiguous_tellsRowOrderFromChannelsLast() throws IOException {
        try (WeightsFile file = WeightsFile.open(WeightsFiles.golden("kinds.pth"))) {
            Map<String, StoredTensor> tensors = file.tensors();
            assertTrue(tensors.get("float32").contiguous());
            assertTrue(tensors.get("scalar").contiguous());
            assertTrue(tensors.get("nothing").contiguous());
            assertFalse(tensors.get("channels_last").contiguous());
            assertFalse(tensors.get("transposed").contiguous());
            assertEquals(
                    tensors.get("shared_whole").storage(),
                    tensors.get("shared_part").storage());
            assertEquals(0, tensors.get("nothing").elements());
            assertEquals(1, tensors.get("scalar").elements());
        }
    }

    @Test
    void notes_tellWhatWasUndone() throws IOException {
        assertEquals(
                List.of(
                        "took the tensors under 'state_dict'; beside it: epoch",
                        "took the prefix 'module.' off every name"),
                notes("wrapped.pth"));
        assertEquals(List.of(), notes("module.pth"));
        assertEquals(
                List.of("left out attributes that are neither parameters nor buffers: [scale]"), notes("scripted.pt"));
    }

    @Test
    void value_ofCheckpoint_isPlainJava() throws IOException {
        try (WeightsFile file = WeightsFile.open(WeightsFiles.golden("checkpoint.pth"))) {
            assertEquals("{\"lr\": 0.1}", file.value("graft"));
            assertEquals(7L, file.value("epoch"));
            assertEquals(0.125, file.value("rate"));
            assertEquals(true, file.value("done"));
            assertNull(file.value("best"));
            assertTrue(file.has("best"));
            assertFalse(file.has("fc.weight"));
            assertEquals(List.of(3L, 4L), file.value("size"));
            assertEquals(List.of(1L, -70000L, 1L << 40, List.of(0.5, "x")), file.value("history"));
            assertEquals(BigInteger.TWO.pow(63).add(BigInteger.valueOf(5)), file.value("seed"));
            StoredTensor optimizer = (StoredTensor) file.value("optimizer");
            assertEquals("optimizer", optimizer.name());
            assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, WeightsFiles.rowOrder(file, optimizer));
            Map<?, ?> model = (Map<?, ?>) file.value("model");
            assertEquals(file.tensors().get("fc.weight"), model.get("fc.weight"));
            assertThrows(UnsupportedOperationException.class, model::clear);
            assertThrows(IllegalArgumentException.class, () -> file.value("absent"));
        }
    }

    @Test
    void extra_isTextOrAbsent() throws IOException {
        try (WeightsFile file = WeightsFile.open(WeightsFiles.golden("scripted.pt"))) {
            assertEquals(Optional.of("{\"classes\": [\"cat\", \"dög\"]}"), file.extra("graft.json"));
            assertEquals(Optional.empty(), file.extra("other.json"));
            assertEquals(Map.of("cat", 0L, "dog", 1L), file.value("names"));
            assertEquals(List.of(3L, 4L), file.value("sizes"));
        }
    }

    @Test
    void readStorage_intoWrongBufferOrClosed_isRefused() throws IOException {
        WeightsFile file = WeightsFile.open(WeightsFiles.golden("module.pth"));
        StoredTensor mean = file.tensors().get("mean");
        assertThrows(IllegalArgumentException.class, () -> file.readStorage(mean, ByteBuffer.allocate(11)));
        ByteBuffer heap = ByteBuffer.allocate(20).position(8);
        file.readStorage(mean, heap);
        assertEquals(1f, heap.order(java.nio.ByteOrder.LITTLE_ENDIAN).getFloat(16));
        file.close();
        assertThrows(IllegalStateException.class, () -> file.readStorage(mean, ByteBuffer.allocate(12)));
    }

    private static List<String> notes(String name) throws IOException {
        try (WeightsFile file = WeightsFile.open(WeightsFiles.golden(name))) {
            return file.notes();
        }
    }

    private static String row(String name, WeightsFile file, StoredTensor t) throws IOException {
        return String.join(
                "\t",
                name,
                t.name(),
                t.kind().name(),
                commas(t.shape()),
                commas(t.strides()),
                Long.toString(t.offset()),
                HexFormat.of().formatHex(WeightsFiles.rowOrder(file, t)));
    }

    private static String commas(List<Long> numbers) {
        return String.join(
                ",", Arrays.stream(numbers.toArray()).map(Object::toString).toList());
    }
}
