package dev.graft.model.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.Preprocessing;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors that share storages, and storages, shapes and names that are absurd. */
class StateReaderTest {
    private static final int VIEWS = 100;
    private static final int ELEMENTS = 2 << 20; // 8 MB
    private static final long MB = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void readAll_viewsOfOneStorage_ownTheirElementsOnly() throws IOException {
        Map<String, Object> views = new LinkedHashMap<>();
        for (int i = 0; i < VIEWS; i++) {
            views.put("t" + i, f32(ELEMENTS, List.of(2L, 3L), List.of(1L, 2L), i)); // transposed
            views.put("row" + i, f32(ELEMENTS, List.of(2L, 3L), List.of(3L, 1L), i));
        }
        Path file = write(views, counting());
        long before = Pointer.physicalBytes();
        try (WeightsFile weights = WeightsFile.open(file);
                NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> read = StateReader.readAll(weights, wanted(weights));
            long grown = Pointer.physicalBytes() - before;
            assertTrue(grown < 200 * MB, "of " + 2 * VIEWS * 8 + " MB that copies of the storage had: " + grown / MB);
            assertEquals(List.copyOf(views.keySet()), List.copyOf(read.keySet()));
            for (int i = 0; i < VIEWS; i++) {
                assertArrayEquals(new float[] {i, i + 2, i + 4, i + 1, i + 3, i + 5}, values(read.get("t" + i)));
                assertArrayEquals(new float[] {i, i + 1, i + 2, i + 3, i + 4, i + 5}, values(read.get("row" + i)));
                assertEquals(24, read.get("row" + i).storage().nbytes());
            }
            read.values().forEach(Tensor::close);
        }
    }

    @Test
    void readAll_twoNamesOfOneTensor_areTwoTensors() throws IOException {
        Map<String, Object> views = new LinkedHashMap<>();
        views.put("a", f32(ELEMENTS, List.of((long) ELEMENTS), List.of(1L), 0));
        views.put("b", f32(ELEMENTS, List.of((long) ELEMENTS), List.of(1L), 0));
        Path file = write(views, counting());
        try (WeightsFile weights = WeightsFile.open(file);
                NativeScope scope = NativeScope.open()) {
            Map<String, Tensor> read = StateReader.readAll(weights, wanted(weights));
            assertTrue(!read.get("a").is_alias_of(read.get("b")));
            read.values().forEach(Tensor::close);
        }
    }

    @Test
    void readAll_deflatedStorages_areRefusedBeforeAnyIsRead() throws IOException {
        int elements = 20 << 20; // 80 MB
        Path file = folder.resolve("packed.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            Map<String, Object> root = Map.of("a", f32(elements, List.of(1L), List.of(1L), 0));
            put(zip, "archive/data.pkl", PickleWriter.write(root), 1);
            put(zip, "archive/version", "3\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 1);
            put(zip, "archive/byteorder", "little".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 1);
            put(zip, "archive/data/0", new byte[1 << 20], 80);
        }
        try (WeightsFile weights = WeightsFile.open(file)) {
            long size = Files.size(file);
            assertTrue(size < MB, size + " bytes");
            Exception e = assertThrows(WeightsException.class, () -> StateReader.readAll(weights, wanted(weights)));
            assertTrue(
                    e.getMessage().contains("storages of " + 4L * elements + " bytes in a file of " + size),
                    e.getMessage());
        }
    }

    /** Their sum is not. */
    @Test
    void read_hugeFiniteNumbers_areTaken_infiniteOnesAreNot() throws IOException {
        for (float last : new float[] {3e38f, Float.POSITIVE_INFINITY}) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putFloat(3e38f).putFloat(last).flip();
            Path file = write(Map.of("huge", f32(2, List.of(2L), List.of(1L), 0)), bytes);
            try (WeightsFile weights = WeightsFile.open(file)) {
                if (Float.isFinite(last)) {
                    StateReader.readAll(weights, wanted(weights)).values().forEach(Tensor::close);
                } else {
                    Exception e =
                            assertThrows(WeightsException.class, () -> StateReader.readAll(weights, wanted(weights)));
                    assertTrue(e.getMessage().contains("huge holds NaN or infinite values"), e.getMessage());
                }
            }
            Files.delete(file);
        }
    }

    @Test
    void read_emptyOfAbsurdSizes_namesTheTensor() throws IOException {
        List<Long> shape = List.of(0L, 1L << 62, 1L << 62);
        Path file = write(Map.of("absurd", f32(6, shape, List.of(1L, 1L, 1L), 0)), ByteBuffer.allocate(24));
        try (WeightsFile weights = WeightsFile.open(file)) {
            Exception e = assertThrows(WeightsException.class, () -> StateReader.readAll(weights, wanted(weights)));
            assertTrue(e.getMessage().startsWith("weights: " + file + ": absurd of shape " + shape), e.getMessage());
        }
    }

    @Test
    void graft_longNamesWithControlCharacters_areCutAndCleaned() throws IOException {
        String name = "\u009b31m" + "x".repeat(4000);
        Path file = write(Map.of(name, f32(6, List.of(6L), List.of(1L), 0)), ByteBuffer.allocate(24));
        ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
        try (RandomSource random = new RandomSource(1)) {
            Exception e = assertThrows(WeightsException.class, () -> Classifier.graft(file, card, random)
                    .close());
            assertTrue(e.getMessage().contains("?31mxxx"), e.getMessage());
            assertTrue(e.getMessage().length() < 1000, e.getMessage().length() + " characters");
        }
    }

    private static Object f32(long whole, List<Long> shape, List<Long> strides, long offset) {
        return PickleNode.tensor("0", whole, ScalarKind.F32, shape, strides, offset, false);
    }

    private static Map<String, StateReader.Wanted> wanted(WeightsFile weights) {
        Map<String, StateReader.Wanted> wanted = new LinkedHashMap<>();
        weights.tensors().forEach((name, t) -> wanted.put(name, new StateReader.Wanted(t, ScalarKind.F32, false)));
        return wanted;
    }

    private static ByteBuffer counting() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * ELEMENTS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ELEMENTS; i++) {
            bytes.putFloat(i);
        }
        return bytes.flip();
    }

    private Path write(Map<String, Object> root, ByteBuffer storage) throws IOException {
        Path file = folder.resolve("made.pth");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TorchZipWriter zip = new TorchZipWriter(out, "archive")) {
            zip.entry("data.pkl", PickleWriter.write(root));
            zip.entry("data/0", storage.array());
        }
        return file;
    }

    private static void put(ZipOutputStream zip, String name, byte[] piece, int times) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        for (int i = 0; i < times; i++) {
            zip.write(piece);
        }
        zip.closeEntry();
    }

    private static float[] values(Tensor t) {
        float[] values = new float[(int) t.numel()];
        new FloatPointer(t.data_ptr()).get(values);
        return values;
    }
}
