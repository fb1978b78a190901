package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.names.Branch;
import dev.graft.model.names.Part;
import dev.graft.model.state.PartReader;
import dev.graft.model.state.StateReader;
import dev.graft.torch.NativeScope;
import dev.graft.weights.StateDictWriter;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that lie in several tensors, against what PyTorch makes of them: tools/golden_names.py. */
class PartReaderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "pruned, pruning",
        "norm0, weight norm",
        "norm1, weight norm",
        "norm3, weight norm",
        "normNone, weight norm",
        "newnorm, weight norm",
        "spectral, spectral norm",
        "newspectral, spectral norm"
    })
    void part_ofPyTorch_givesItsWeightToTheLastBit(String name, String rule) throws Exception {
        Path golden = Path.of(PartReaderTest.class
                .getResource("/golden/names/parts.safetensors")
                .toURI());
        try (WeightsFile file = WeightsFile.open(golden)) {
            Map<String, Part> parts = Branch.of(file.tensors()).get(0).parts();
            Part part = parts.get(name + ".weight");
            assertTrue(part.rule().contains(rule), part.rule());
            StoredTensor made = file.tensors().get(name + ".made");
            assertEquals(made.shape(), part.shape());
            Map<String, PartReader.Wanted> wanted =
                    Map.of("weight", new PartReader.Wanted(part, ScalarKind.F32, false));
            try (NativeScope scope = NativeScope.open();
                    Tensor expected = StateReader.read(file, made, ScalarKind.F32);
                    Tensor weight = PartReader.readAll(file, wanted).get("weight")) {
                assertArrayEquals(ClassifierTest.floats(expected), ClassifierTest.floats(weight));
            }
        }
    }

    @Test
    void readAll_normOfZero_isRefusedAndLeavesNothing() throws IOException {
        StateDictWriter state = new StateDictWriter();
        state.add("a.weight_g", ScalarKind.F32, List.of(2L, 1L), ByteBuffer.wrap(new byte[8]));
        state.add("a.weight_v", ScalarKind.F32, List.of(2L, 3L), ByteBuffer.wrap(new byte[24]));
        Path path = folder.resolve("zero.pth");
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            state.write(out);
        }
        try (WeightsFile file = WeightsFile.open(path)) {
            Map<String, PartReader.Wanted> wanted = new LinkedHashMap<>();
            Branch.of(file.tensors())
                    .get(0)
                    .parts()
                    .forEach((name, part) -> wanted.put(name, new PartReader.Wanted(part, ScalarKind.F32, false)));
            assertEquals(List.of("a.weight"), List.copyOf(wanted.keySet()));
            assertThrows(WeightsException.class, () -> PartReader.readAll(file, wanted));
            long before = Pointer.totalCount();
            Exception e = assertThrows(WeightsException.class, () -> PartReader.readAll(file, wanted));
            assertTrue(e.getMessage().contains("a.weight, made of 2 tensors, holds NaN"), e.getMessage());
            assertEquals(before, Pointer.totalCount());
        }
    }

    @Test
    void readAll_magnitudesOfOne_takeASideOfOne() throws IOException {
        Path path = norm(List.of(1L, 1L, 1L, 1L), List.of(2L, 2L, 1L, 1L), 4);
        try (WeightsFile file = WeightsFile.open(path);
                NativeScope scope = NativeScope.open()) {
            Part part = Branch.of(file.tensors()).get(0).parts().get("a.weight");
            assertEquals(2, ((Part.WeightNorm) part).dimension());
            Map<String, PartReader.Wanted> wanted = Map.of("w", new PartReader.Wanted(part, ScalarKind.F32, false));
            try (Tensor made = PartReader.readAll(file, wanted).get("w")) {
                assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, ClassifierTest.floats(made), 1e-6f);
            }
        }
    }

    @Test
    void readAll_magnitudeOfNoSide_isRefusedWithBothShapes() throws IOException {
        Path path = norm(List.of(1L, 1L), List.of(2L, 3L), 6);
        try (WeightsFile file = WeightsFile.open(path)) {
            Part part = Branch.of(file.tensors()).get(0).parts().get("a.weight");
            assertEquals(Part.WeightNorm.NONE, ((Part.WeightNorm) part).dimension());
            Map<String, PartReader.Wanted> wanted = Map.of("w", new PartReader.Wanted(part, ScalarKind.F32, false));
            Exception e = assertThrows(WeightsException.class, () -> PartReader.readAll(file, wanted));
            assertTrue(e.getMessage().contains("a.weight_g [1, 1] and a.weight_v [2, 3]"), e.getMessage());
        }
    }

    @Test
    void fits_shapesThatDoNotBelongTogether_isFalse() {
        StoredTensor weight = tensor(2L, 3L);
        assertFalse(new Part.Masked(weight, tensor(2L, 1L)).fits());
        assertFalse(new Part.SpectralNorm(weight, tensor(2L), tensor(2L)).fits());
        assertFalse(new Part.SpectralNorm(weight, tensor(3L), tensor(3L)).fits());
        assertFalse(new Part.SpectralNorm(tensor(0L, 3L), tensor(0L), tensor(3L)).fits());
        assertFalse(new Part.WeightNorm(tensor(0L, 1L), tensor(0L, 3L)).fits());
        assertFalse(new Part.WeightNorm(tensor(2L, 3L), weight).fits());
        assertFalse(new Part.WeightNorm(tensor(3L, 1L), weight).fits());
        assertFalse(new Part.WeightNorm(tensor(), tensor()).fits());
        assertTrue(new Part.WeightNorm(tensor(1L, 3L), weight).fits());
    }

    private static StoredTensor tensor(Long... shape) {
        List<Long> sizes = List.of(shape);
        long elements = sizes.stream().reduce(1L, (a, b) -> a * b);
        return new StoredTensor("t", ScalarKind.F32, sizes, StoredTensor.rowOrder(sizes), 0, "t", elements);
    }

    /** A file with a weight norm of a magnitude 1 and a direction of ones. */
    private Path norm(List<Long> magnitude, List<Long> direction, int elements) throws IOException {
        StateDictWriter state = new StateDictWriter();
        state.add("a.weight_g", ScalarKind.F32, magnitude, ones(1));
        state.add("a.weight_v", ScalarKind.F32, direction, ones(elements));
        Path path = folder.resolve("norm.pth");
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            state.write(out);
        }
        return path;
    }

    private static ByteBuffer ones(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) bytes.putFloat(1);
        return bytes.flip();
    }
}
