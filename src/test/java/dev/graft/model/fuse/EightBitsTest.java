package dev.graft.model.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.batch.Layout;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.Grafted;
import dev.graft.model.HashClassifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Eight bits against the same arithmetic in doubles, and against FP32. */
class EightBitsTest {
    @TempDir
    static Path folder;

    private static Calibration calibrate(Classifier c, Tensor images) {
        try (Calibrator calibrator = new Calibrator(c)) {
            calibrator.see(images);
            return calibrator.calibration();
        }
    }

    /**
     * A sum that lies between two bytes may round the other way in floats, so each convolution is given exactly the bytes
     * that the slow one has: from end to end, one such value in the beginning moves thousands in the end.
     */
    private static void assertSameArithmetic(FusedTrunk trunk, SlowEightBits slow, Tensor images) {
        SlowEightBits.Made x = new SlowEightBits.Made(slow.stem(images), ResNetGraph.STEM.name());
        for (int stage = 1; stage <= slow.graph().stages(); stage++) {
            for (int block = 0; block < slow.graph().blocks(stage); block++) {
                x = slow.block(stage, block, x, (c, input, other, relu, made) -> {
                    Tensor expected = slow.bytes(made, c.name());
                    Tensor off = convolution(trunk, slow, c, input, other, relu)
                            .to(torch.ScalarType.Double)
                            .sub(expected.to(torch.ScalarType.Double))
                            .abs();
                    double most = off.max().item_double();
                    double share = off.gt(new Scalar(0.0))
                            .to(torch.ScalarType.Double)
                            .mean()
                            .item_double();
                    String told = slow.graph().title() + " " + c.name() + ": off by " + most + ", " + share;
                    assertTrue(most <= 1 && share < 0.001, told);
                });
            }
        }
    }

    private static Tensor convolution(
            FusedTrunk trunk,
            SlowEightBits slow,
            Convolution c,
            SlowEightBits.Made input,
            SlowEightBits.Made other,
            boolean relu) {
        IValueVector arguments = new IValueVector(new IValue(slow.bytes(input.values(), input.by())));
        arguments.push_back(
                other == null
                        ? new IValue(relu ? "relu" : "none")
                        : new IValue(slow.bytes(other.values(), other.by())));
        JitModule part = trunk.part(FusedScript.path(c));
        IValue made = part.get_method(other == null ? "forward" : "add").apply(arguments);
        return new Tensor(made.toTensor());
    }

    static Stream<Arguments> networks() {
        Set<Integer> levels = new TreeSet<>(List.of(127, EightBits.levelsHere()));
        return Stream.of(Architecture.RESNET18, Architecture.RESNET50, Architecture.RESNEXT50_32X4D)
                .flatMap(a -> levels.stream().map(l -> Arguments.of(a, l)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void convolutions_equalTheSameArithmeticInDoubles_featuresAreNearFp32s(Architecture architecture, int levels)
            throws IOException {
        Path weights = HashState.write(folder.resolve(architecture + ".pth"), architecture, 10);
        try (Classifier c = HashClassifier.load(weights, architecture);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor images = HashClassifier.twoPictures(folder, Layout.CHANNELS_LAST);
            Calibration calibration = calibrate(c, images);
            try (FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                    FusedTrunk bytes = Fusion.int8(c, calibration, levels).fuse()) {
                assertSameArithmetic(
                        bytes, new SlowEightBits(c, architecture.graph().orElseThrow(), calibration, levels), images);
                Tensor made = bytes.features(images);
                double rounding = HashClassifier.relative(made, exact.features(images));
                assertTrue(rounding > 1e-3 && rounding < (levels == 255 ? 0.03 : 0.06), architecture + ": " + rounding);
                assertTrue(torch.equal(made, bytes.features(images.contiguous())), "row-major pictures");
                Tensor one = bytes.features(images.narrow(0, 1, 1));
                assertTrue(torch.equal(made.narrow(0, 1, 1), one), "another number of pictures");
            }
        }
    }

    /** A channel without weights, one with huge ones, a convolution that gives nothing, pictures beyond all that was seen. */
    @Test
    void features_zeroAndSaturatingChannels_stayFinite() throws IOException {
        Path weights = HashState.write(folder.resolve("odd.pth"), 10);
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            c.state().get("layer1.0.conv1.weight").narrow(0, 3, 1).zero_();
            c.state().get("layer2.0.conv1.weight").narrow(0, 5, 1).mul_(new Scalar(1000.0));
            c.state().get("layer3.1.bn1.weight").zero_();
            c.state().get("layer3.1.bn1.bias").fill_(new Scalar(-1.0));
            Tensor images = HashClassifier.twoPictures(folder, Layout.CHANNELS_LAST);
            Calibration calibration = calibrate(c, images);
            int levels = EightBits.levelsHere();
            try (FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                    FusedTrunk bytes = FusedTrunk.int8(c, calibration)) {
                assertSameArithmetic(
                        bytes,
                        new SlowEightBits(c, Architecture.RESNET18.graph().orElseThrow(), calibration, levels),
                        images);
                double likeness = HashClassifier.relative(bytes.features(images), exact.features(images));
                assertTrue(likeness < 0.5, "likeness " + likeness);
                Tensor beyond = bytes.features(images.mul(new Scalar(100.0)));
                assertTrue(beyond.isfinite().all().item_bool());
                assertTrue(
                        beyond.max().item_float() <= 255f / levels * calibration.ranges()[2 * 19 + 1] * 1.01f);
            }
        }
    }

    @Test
    void features_realWeightsAndPictures_nearFp32() throws IOException {
        Path shared = Path.of(System.getProperty("graft.shared", "../shared"));
        Path weights = shared.resolve("weights/resnet18-lite.pth");
        Assumptions.assumeTrue(Files.exists(weights), "needs " + weights);
        try (Classifier c = Grafted.of(weights, Architecture.RESNET18);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor seen = Grafted.pictures(shared.resolve("data/catdog/train"), 24);
            Tensor others = Grafted.pictures(shared.resolve("data/catdog/val"), 16);
            Calibration calibration = calibrate(c, seen);
            try (FusedTrunk exact = FusedTrunk.of(c, Precision.FP32, ComputeDevice.CPU);
                    FusedTrunk half = FusedTrunk.of(c, Precision.BF16, ComputeDevice.CPU);
                    FusedTrunk bytes = FusedTrunk.int8(c, calibration)) {
                Tensor expected = exact.features(others);
                double bf16 = HashClassifier.relative(half.features(others), expected);
                double int8 = HashClassifier.relative(bytes.features(others), expected);
                assertTrue(bf16 < 0.01, "bf16 " + bf16);
                assertTrue(int8 < (EightBits.levelsHere() == 255 ? 0.04 : 0.08), "int8 " + int8);
            }
        }
    }

    @Test
    void refusals_sayWhatToDo() throws IOException {
        Path weights = HashState.write(folder.resolve("refused.pth"), 10);
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18)) {
            Exception without = assertThrows(
                    IllegalArgumentException.class, () -> FusedTrunk.of(c, Precision.INT8, ComputeDevice.CPU));
            assertTrue(without.getMessage().contains("needs a calibration"), without.getMessage());
            Calibration other = new Calibration(new float[Calibration.size(Architecture.RESNET50)]);
            Exception foreign = assertThrows(IllegalArgumentException.class, () -> FusedTrunk.int8(c, other));
            assertTrue(foreign.getMessage().contains("resnet18 has 20 convolutions"), foreign.getMessage());
            try (Calibrator nothingSeen = new Calibrator(c)) {
                assertThrows(IllegalArgumentException.class, nothingSeen::calibration);
            }
            try (NativeScope scope = NativeScope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                c.state().get("layer4.1.conv2.weight").fill_(new Scalar(Double.NaN));
                Tensor images = HashClassifier.twoPictures(folder, Layout.CHANNELS_LAST);
                Exception nan = assertThrows(IllegalArgumentException.class, () -> calibrate(c, images));
                assertTrue(
                        nan.getMessage().contains("layer4.1.conv2.weight, with its batch norm folded in, holds NaN"),
                        nan.getMessage());
            }
        }
    }

    @Test
    void identity_tellsCalibrationsApart() throws IOException {
        Path weights = HashState.write(folder.resolve("identity.pth"), 10);
        float[] ranges = new float[Calibration.size(Architecture.RESNET18)];
        for (int i = 1; i < ranges.length; i += 2) ranges[i] = 4;
        try (Classifier c = HashClassifier.load(weights, Architecture.RESNET18)) {
            String one = Fusion.int8(c, new Calibration(ranges)).identity();
            assertEquals(one, Fusion.int8(c, new Calibration(ranges)).identity());
            ranges[9] = 5;
            assertNotEquals(one, Fusion.int8(c, new Calibration(ranges)).identity());
            ranges[9] = 4;
            Fusion sevenBits = Fusion.int8(c, new Calibration(ranges), 127);
            Fusion eightBits = Fusion.int8(c, new Calibration(ranges), 255);
            assertNotEquals(sevenBits.identity(), eightBits.identity());
        }
    }

    @ParameterizedTest
    @CsvSource({"avx2 avx512f avx512_vnni,255", "avx2 avx_vnni,255", "amx_int8,255", "avx2 avx512f,127", "'',127"})
    void levels_withoutVnni_areHalf(String flags, int levels) {
        assertEquals(levels, EightBits.levels(Set.of(flags.split(" "))));
    }
}
