package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.Warnings;
import dev.graft.batch.Layout;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionTest {
    @TempDir
    static Path folder;

    @ParameterizedTest
    @CsvSource({
        "fma avx2 avx512f avx512_bf16,BF16",
        "avx512f amx_tile amx_bf16,BF16",
        "asimd bf16,BF16",
        "avx2 avx512f avx512_vnni,FP32",
        "'',FP32"
    })
    void bestFor_instructionsOfTheProcessor(String flags, Precision best) {
        Set<String> there = Set.of(flags.split(" "));
        assertEquals(best, Precision.bestFor(ComputeDevice.CPU, there));
        ComputeDevice gpu = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
        assertEquals(Precision.FP32, Precision.bestFor(gpu, there));
    }

    @Test
    void bestFor_thisMachine_isNative() {
        assertTrue(Precision.bestFor(ComputeDevice.CPU).isNativeHere());
        assertTrue(Precision.FP32.isNativeHere());
    }

    /** Also on a processor that has to imitate it. */
    @ParameterizedTest
    @EnumSource(names = {"RESNET18", "RESNET50"})
    void bf16_features_within1PercentOfFp32(Architecture architecture) throws IOException {
        Path weights = HashState.write(folder.resolve("hash.pth"), architecture, 10);
        List<String> told = Warnings.of(() -> {
            try (Classifier c = ClassifierTest.load(weights, architecture);
                    FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                    FusedTrunk half = FusedTrunk.of(c, Precision.BF16, ComputeDevice.CPU);
                    NativeScope scope = NativeScope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                Tensor images = ClassifierTest.twoPictures(folder, Layout.CHANNELS_LAST);
                Tensor expected = exact.features(images);
                double off = relative(half.features(images), expected);
                assertTrue(off > 1e-4 && off < 0.01, architecture + ": " + off);
                assertNotEquals(
                        Fusion.of(c, Classifier.HEAD, Precision.FP32, ComputeDevice.CPU)
                                .identity(),
                        Fusion.of(c, Classifier.HEAD, Precision.BF16, ComputeDevice.CPU)
                                .identity());
            }
        });
        assertEquals(Precision.BF16.isNativeHere() ? 0 : 1, told.size(), told::toString);
        assertTrue(told.stream().allMatch(t -> t.contains("BF16") && t.endsWith("take FP32")), told::toString);
    }

    /** The L2 norm of the difference, in that of what is expected. */
    static double relative(Tensor made, Tensor expected) {
        return made.sub(expected).norm().item_double() / expected.norm().item_double();
    }
}
