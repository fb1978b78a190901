package dev.graft.image;

import java.util.Optional;

/**
 * Arithmetic for normalising with vector instructions. It is used only if it gives the values of {@link
 * Normalization#table} for every byte, which is checked here.
 *
 * @param constants 3 x 48 values, each 48 for red, green and blue in turn: mean, standard deviation and its reciprocal;
 *     if fused, scale, shift and 48 unused values
 * @param fused whether a value is {@code fma(byte, scale, shift)}, instead of two divisions
 */
public record VectorArithmetic(float[] constants, boolean fused) {
    private static final int EACH = 48;

    /**
     * The fastest arithmetic that is exact for this normalisation; empty if none is.
     *
     * @param bf16 whether the values are rounded to bfloat16 afterwards, so that only these 16 bits must be equal
     */
    public static Optional<VectorArithmetic> of(Normalization normalization, boolean bf16) {
        float[][] table = normalization.table();
        for (float[] channel : table)
            for (float value : channel) if (value != 0 && Math.abs(value) < Float.MIN_NORMAL) return Optional.empty();
        VectorArithmetic fused = fused(normalization);
        if (fused.isExact(table, bf16)) return Optional.of(fused);
        VectorArithmetic divided = divided(normalization);
        return divided.isExact(table, bf16) ? Optional.of(divided) : Optional.empty();
    }

    private static VectorArithmetic fused(Normalization normalization) {
        float[] constants = new float[3 * EACH];
        for (int i = 0; i < EACH; i++) {
            double std = normalization.std().get(i % 3);
            constants[i] = (float) (1 / (255 * std));
            constants[EACH + i] = (float) (-normalization.mean().get(i % 3) / std);
        }
        return new VectorArithmetic(constants, true);
    }

    private static VectorArithmetic divided(Normalization normalization) {
        float[] constants = new float[3 * EACH];
        for (int i = 0; i < EACH; i++) {
            constants[i] = normalization.mean().get(i % 3);
            constants[EACH + i] = normalization.std().get(i % 3);
            constants[2 * EACH + i] = 1 / constants[EACH + i];
        }
        return new VectorArithmetic(constants, false);
    }

    private boolean isExact(float[][] table, boolean bf16) {
        for (int c = 0; c < 3; c++)
            for (int v = 0; v < 256; v++) {
                float computed = value(c, v);
                if (computed != 0 && Math.abs(computed) < Float.MIN_NORMAL)
                    return false; // some instructions flush subnormal values to 0
                boolean same = bf16
                        ? bf16(computed) == bf16(table[c][v])
                        : Float.floatToRawIntBits(computed) == Float.floatToRawIntBits(table[c][v]);
                if (!same) return false;
            }
        return true;
    }

    /** The value as native-presets/main/cpp/graft_normalize.cpp computes it. */
    private float value(int channel, float byteValue) {
        if (fused) return Math.fma(byteValue, constants[channel], constants[EACH + channel]);
        float share = quotient(byteValue, 255f, 1 / 255f);
        return quotient(share - constants[channel], constants[EACH + channel], constants[2 * EACH + channel]);
    }

    /** A quotient computed with the divisor's reciprocal and corrected once with the remainder. */
    private static float quotient(float dividend, float divisor, float reciprocal) {
        float estimate = dividend * reciprocal;
        return Math.fma(Math.fma(-estimate, divisor, dividend), reciprocal, estimate);
    }

    /** The bits of the nearest bfloat16, ties to even. */
    static int bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return bits + 0x7FFF + (bits >>> 16 & 1) >>> 16;
    }
}
