package dev.graft.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.batch.NormalizeKernel.Precision;
import dev.graft.image.Normalization;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.image.VectorArithmetic;
import dev.graft.javacpp.KernelLibrary;
import dev.graft.natives.global.Kernels;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Natives;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel against the table, which is torchvision's in every bit, and against LibTorch's own operations. */
class NormalizeKernelTest {
    /** These make vectors of both kinds inexact, or values below 2^-126, so that the table is what is left. */
    private static final Normalization ODD =
            new Normalization(List.of(0.1f, -3e7f, 1e-20f), List.of(1e-7f, 7e20f, 3e37f));

    private final Random random = new Random(11);

    @BeforeEach
    void load() {
        Natives.load();
        Assumptions.assumeTrue(KernelLibrary.here(), "needs Graft's native library (a C++ compiler at build time)");
    }

    @Test
    void run_anyBatch_givesTheTablesNumbers() {
        int best = Kernels.graft_instructions();
        try {
            for (Normalization n : List.of(Normalization.IMAGENET, Normalization.IDENTITY, ODD))
                for (Precision precision : Precision.values())
                    for (Layout layout : Layout.values())
                        for (int level = 0; level <= best; level++) {
                            Kernels.graft_limit_instructions(level);
                            check(n, precision, layout, 1 + random.nextInt(70), 1 + random.nextInt(70));
                            check(n, precision, layout, 2, 128); // every byte value, twice
                        }
        } finally {
            assertEquals(best, Kernels.graft_limit_instructions(Integer.MAX_VALUE));
        }
    }

    private void check(Normalization normalization, Precision precision, Layout layout, int height, int width) {
        boolean[] flips = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
        int each = 3 * height * width;
        byte[] bytes = new byte[flips.length * each];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (i / 3 % 256);
        if (height > 2) random.nextBytes(bytes);
        float[][] table = normalization.table();
        int size = bytes.length * precision.bytes;
        try (NormalizeKernel kernel = new NormalizeKernel(normalization, precision);
                BytePointer pixels = new BytePointer(bytes);
                BytePointer out = new BytePointer(size + 8)) {
            out.position(size).putLong(0x1122334455667788L).position(0);
            kernel.run(pixels, flips, height, width, layout, out);
            assertEquals(0x1122334455667788L, out.getLong(size), "nothing is written behind the batch");
            ByteBuffer made = out.capacity(size).asByteBuffer().order(java.nio.ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < bytes.length; i++) {
                int picture = i / each;
                int y = i % each / (3 * width);
                int x = i % (3 * width) / 3;
                int c = i % 3;
                int column = flips[picture] ? width - 1 - x : x;
                int at = picture * each
                        + (layout == Layout.CHANNELS_LAST
                                ? 3 * (y * width + column) + c
                                : (c * height + y) * width + column);
                int expected = Float.floatToRawIntBits(table[c][bytes[i] & 255]);
                if (precision == Precision.F32) assertEquals(expected, made.getInt(4 * at));
                else assertEquals(nearestBf16(expected), made.getChar(2 * at));
            }
        }
    }

    private static char nearestBf16(int bits) {
        return (char) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    @Test
    void bf16_isWhatLibTorchRoundsTo() {
        try (NativeScope scope = NativeScope.open()) {
            float[] values = Normalization.IMAGENET.table()[1];
            Tensor rounded = Tensor.create(values).to(torch.ScalarType.BFloat16).to(torch.ScalarType.Float);
            for (int v = 0; v < 256; v++)
                assertEquals(nearestBf16(Float.floatToRawIntBits(values[v])), (char)
                        (Float.floatToRawIntBits(rounded.get(v).item_float()) >>> 16));
        }
    }

    @Test
    void imageNet_isExactInVectors_oddNumbersAreNot() {
        assertFalse(
                VectorArithmetic.of(Normalization.IMAGENET, false).orElseThrow().fused());
        assertTrue(
                VectorArithmetic.of(Normalization.IMAGENET, true).orElseThrow().fused());
        assertTrue(VectorArithmetic.of(ODD, false).isEmpty());
    }

    @Test
    void toDevice_withAndWithoutTheKernel_areTheSameBits() {
        int side = 19;
        Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(side, side));
        byte[] bytes = new byte[4 * 3 * side * side];
        random.nextBytes(bytes);
        for (Layout layout : Layout.values())
            try (NativeScope scope = NativeScope.open();
                    BytePointer memory = new BytePointer(bytes);
                    Staging staging = new Staging(ComputeDevice.CPU, layout, preprocessing)) {
                Tensor pixels = torch.from_blob(
                        memory, new long[] {4, side, side, 3}, new TensorOptions(torch.ScalarType.Byte));
                HostBatch host = new HostBatch(pixels, new long[] {0, 1, 0, 1}, new int[4], 3);
                assertTrue(staging.isForKernel(host), "toDevice leaves it to LibTorch");
                Tensor kernels = staging.normalised(host);
                Tensor operations = staging.moved(host);
                assertTrue(kernels.equal(operations));
                for (int d = 0; d < 4; d++) {
                    assertEquals(operations.size(d), kernels.size(d));
                    assertEquals(operations.stride(d), kernels.stride(d));
                }
            }
    }

    /** A host batch that is not what it says must not be read past its end. */
    @Test
    void toDevice_otherShapesThanPromised_areLeftToLibTorch() {
        Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
        try (NativeScope scope = NativeScope.open();
                Staging staging = new Staging(ComputeDevice.CPU, Layout.CONTIGUOUS, preprocessing)) {
            Tensor pixels = torch.ones(new long[] {2, 32, 32, 3}, new TensorOptions(torch.ScalarType.Byte));
            HostBatch tooMany = new HostBatch(pixels, new long[40], new int[40], 40);
            assertThrows(RuntimeException.class, () -> staging.toDevice(tooMany));
            HostBatch none = new HostBatch(pixels, new long[0], new int[0], 0);
            assertEquals(0, staging.toDevice(none).images().size(0));
            Tensor turned = pixels.permute(0, 2, 1, 3);
            HostBatch strided = new HostBatch(turned, new long[2], new int[2], 2);
            assertTrue(staging.toDevice(strided).images().equal(staging.moved(strided)));
        }
    }

    @Test
    void run_absurdSizes_areRefused() {
        try (NormalizeKernel kernel = new NormalizeKernel(Normalization.IMAGENET, Precision.F32);
                BytePointer few = new BytePointer(8)) {
            boolean[] one = {false};
            assertThrows(IllegalArgumentException.class, () -> kernel.run(few, one, 0, 1, Layout.CONTIGUOUS, few));
            assertThrows(
                    IllegalArgumentException.class, () -> kernel.run(few, one, 1, 1 << 21, Layout.CONTIGUOUS, few));
            assertThrows(IllegalArgumentException.class, () -> kernel.run(null, one, 1, 1, Layout.CONTIGUOUS, few));
        }
    }
}
