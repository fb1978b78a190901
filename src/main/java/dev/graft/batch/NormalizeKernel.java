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
 * A batch of bytes to a batch of normalised floats in one pass, on the processor: ToTensor and Normalize, to the last bit.
 * Needs {@link dev.graft.javacpp.KernelLibrary}. Owns native memory; any number of threads may run it.
 */
final class NormalizeKernel implements AutoCloseable {
    /** What the values are. */
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
    private final FloatPointer constants; // null: the table alone is exact
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
     * Fills {@code out} with as many pictures as there are flips.
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
                throw new IllegalArgumentException("the normalisation of " + flips.length + " pictures of " + height
                        + " x " + width + " was refused with code " + code + " (flips " + Arrays.toString(flips) + ")");
        }
    }

    @Override
    public void close() {
        table.close();
        if (constants != null) constants.close();
    }
}
