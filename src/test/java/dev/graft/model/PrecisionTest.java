package dev.graft.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.Warnings;
import dev.graft.batch.Layout;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.model.fuse.Fusion;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import dev.graft.torch.Tf32;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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
        "fma avx2 avx512f avx512_bf16,AuthenticAMD,BF16",
        "fma avx2 avx512f avx512_bf16,GenuineIntel,FP32",
        "avx512f avx512_bf16 amx_tile amx_bf16,GenuineIntel,BF16",
        "asimd bf16,'',BF16",
        "avx2 avx512f avx512_vnni,AuthenticAMD,FP32",
        "'','',FP32"
    })
    void bestFor_instructionsOfTheProcessor(String flags, String vendor, Precision best) {
        Set<String> there = Set.of(flags.split(" "));
        assertEquals(best, Precision.bestFor(ComputeDevice.CPU, there, vendor));
        ComputeDevice gpu = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
        assertEquals(Precision.FP32, Precision.bestFor(gpu, there, vendor));
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
            try (Classifier c = HashClassifier.load(weights, architecture);
                    FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                    FusedTrunk half = FusedTrunk.of(c, Precision.BF16, ComputeDevice.CPU);
                    NativeScope scope = NativeScope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                Tensor images = HashClassifier.twoPictures(folder, Layout.CHANNELS_LAST);
                Tensor expected = exact.features(images);
                double off = HashClassifier.relative(half.features(images), expected);
                assertTrue(off > 1e-4 && off < 0.01, architecture + ": " + off);
                assertNotEquals(
                        Fusion.of(c, Classifier.HEAD, Precision.FP32, ComputeDevice.CPU)
                                .identity(),
                        Fusion.of(c, Classifier.HEAD, Precision.BF16, ComputeDevice.CPU)
                                .identity());
            }
        });
        assertEquals(Precision.BF16.isNativeHere() ? 0 : 1, told.size(), told::toString);
        assertTrue(told.stream().allMatch(t -> t.contains("BF16") && t.endsWith("use FP32")), told::toString);
    }

    /** By the operators that a GPU runs; on the processor LibTorch has them too. */
    @Test
    void fp16_features_within1PercentOfFp32() throws IOException {
        Path weights = HashState.write(folder.resolve("hash16.pth"), Architecture.RESNET18, 10);
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18);
                FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                FusedTrunk half = Fusion.plain(c, Precision.FP16).fuse();
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor images = HashClassifier.twoPictures(folder, Layout.CHANNELS_LAST);
            double off = HashClassifier.relative(half.features(images), exact.features(images));
            assertTrue(off > 1e-5 && off < 0.01, "" + off);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16", "TF32", "FP16"})
    void onAGpu_features_within1PercentOfTheProcessors(Precision precision) throws IOException {
        ComputeDevice gpu = ComputeDevice.best();
        assumeTrue(gpu.isCuda(), "LibTorch sees no GPU");
        Path weights = HashState.write(folder.resolve("hash-gpu.pth"), Architecture.RESNET18, 10);
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18);
                FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                FusedTrunk there = FusedTrunk.of(c, precision, gpu);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor images = HashClassifier.twoPictures(folder, Layout.CHANNELS_LAST);
            Tensor made = there.features(images.to(gpu.toTorch(), torch.ScalarType.Float));
            double off = HashClassifier.relative(made.cpu(), exact.features(images));
            assertTrue(off < 0.01, precision + ": " + off);
        }
    }

    @Test
    void requireFits_otherDevice_refusesAndSaysWhatFits() {
        ComputeDevice gpu = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
        for (Precision p : Precision.values()) {
            boolean onCpu = p == Precision.FP32 || p == Precision.BF16 || p == Precision.INT8;
            assertEquals(onCpu ? "" : p + " runs on GPUs only, the device is cpu", refusal(p, ComputeDevice.CPU));
            assertEquals(
                    p == Precision.INT8 ? "INT8 runs on the processor only, the device is cuda:0" : "",
                    refusal(p, gpu));
        }
    }

    private static String refusal(Precision precision, ComputeDevice device) {
        try {
            precision.requireFits(device);
            return "";
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("; use FP32 or BF16, or "), e.getMessage());
            return e.getMessage().substring("precision: ".length()).split(";")[0];
        }
    }

    @Test
    void tf32_products_areSetWhileOpen_andPutBack() {
        boolean[] before = tf32();
        try (Tf32 none = Precision.FP32.products()) {
            assertNull(none);
            assertArrayEquals(before, tf32());
        }
        Tf32 first = Precision.TF32.products(); // another thread's, which ends before
        try (Tf32 second = Precision.TF32.products()) {
            assertArrayEquals(new boolean[] {true, true}, tf32());
            first.close();
            first.close();
            assertArrayEquals(new boolean[] {true, true}, tf32());
        }
        assertArrayEquals(before, tf32());
    }

    /** A store must not give one's features for another's. */
    @Test
    void identity_eachPrecision_isItsOwn() throws IOException {
        Path weights = HashState.write(folder.resolve("hash-identity.pth"), Architecture.RESNET18, 10);
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18)) {
            List<Precision> floats = List.of(Precision.FP32, Precision.BF16, Precision.TF32, Precision.FP16);
            assertEquals(
                    4,
                    floats.stream()
                            .map(p -> Fusion.plain(c, p).identity())
                            .distinct()
                            .count());
        }
    }

    @Test
    void fp16_weightBeyondItsRange_isNamed() throws IOException {
        Path weights = HashState.write(folder.resolve("hash-large.pth"), Architecture.RESNET18, 10);
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            c.state().get("layer1.0.bn1.running_var").fill_(new Scalar(0.0));
            c.state().get("layer1.0.bn1.weight").fill_(new Scalar(1e6));
            Fusion fusion = Fusion.plain(c, Precision.FP16);
            String message =
                    assertThrows(IllegalArgumentException.class, fusion::fuse).getMessage();
            assertTrue(message.startsWith("precision: layer1.0.conv1."), message);
            assertTrue(message.endsWith("use BF16 or FP32"), message);
        }
    }

    private static boolean[] tf32() {
        Natives.load();
        try (NativeScope scope = NativeScope.open()) {
            return new boolean[] {
                torch.globalContext().allowTF32CuBLAS(), torch.globalContext().allowTF32CuDNN()
            };
        }
    }
}
