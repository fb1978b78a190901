package dev.graft.batch;

import dev.graft.image.Normalization;
import dev.graft.image.VectorArithmetic;
import dev.graft.natives.global.Kernels;
import dev.graft.torch.NativeScope;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Converts a batch of bytes to normalised floats in one pass, on the processor: equal to ToTensor and Normalize to the
 * last bit. Needs {@link dev.graft.javacpp.KernelLibrary}. Owns native memory; thread-safe.
 */
final class NormalizeKernel implements AutoCloseable {
    /** The type of the results. */
    enum Precision {
        F32(Float.BYTES),
        BF16(Short.BYTES);

        final int bytes;

        Precision(int bytes) {
            this.bytes = bytes;
        }
    }

    private final Precision precision;
    private final FloatPointer table;
    private final FloatPointer constants; // null: only the table is exact
    private final boolean fused;

    NormalizeKernel(Normalization normalization, Precision precision) {
        this.precision = precision;
        float[] values = new float[3 * 256];
        float[][] channels = normalization.table();
        for (int c = 0; c < 3; c++) System.arraycopy(channels[c], 0, values, 256 * c, 256);
        VectorArithmetic vector =
                VectorArithmetic.of(normalization, precision == Precision.BF16).orElse(null);
        table = NativeScope.own(new FloatPointer(values));
        constants = vector == null ? null : NativeScope.own(new FloatPointer(vector.constants()));
        fused = vector != null && vector.fused();
    }

    /**
     * Normalises {@code flips.length} pictures into {@code out}.
     *
     * @param pixels pictures of height x width x 3 bytes, interleaved
     * @param flips whether each picture is mirrored left to right
     * @param out memory for the pictures in this layout and precision
     */
    void run(BytePointer pixels, boolean[] flips, int height, int width, Layout layout, Pointer out) {
        boolean any = false;
        byte[] marks = new byte[flips.length];
        for (int i = 0; i < flips.length; i++) {
            marks[i] = (byte) (flips[i] ? 1 : 0);
            any |= flips[i];
        }
        try (BytePointer mirrored = any ? new BytePointer(marks) : null) {
            long bytes = 3L * flips.length * height * width * precision.bytes;
            int code = Kernels.graft_normalize(
                    pixels,
                    flips.length,
                    height,
                    width,
                    mirrored,
                    table,
                    constants,
                    fused ? 1 : 0,
                    layout == Layout.CHANNELS_LAST ? 1 : 0,
                    precision == Precision.BF16 ? 1 : 0,
                    out,
                    bytes);
            if (code != 0)
                throw new IllegalArgumentException(
                        "normalise: the native code refused " + flips.length + " pictures of " + height + " x " + width
                                + " with code " + code + " (flips " + Arrays.toString(flips) + ")");
        }
    }

    @Override
    public void close() {
        table.close();
        if (constants != null) constants.close();
    }
}
