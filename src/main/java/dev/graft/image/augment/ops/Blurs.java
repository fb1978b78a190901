package dev.graft.image.augment.ops;

import java.util.Arrays;

/** Pixels that become weighted means of their neighbours. */
final class Blurs {
    private static final float SIDE = 1f / 13f;
    private static final float MIDDLE = 5f / 13f;

    private Blurs() {}

    /** Pillow's {@code ImageEnhance.Sharpness}; the outermost pixels and very small pictures stay as they are. */
    static Edit sharpness(double factor) {
        return canvas -> {
            if (factor == 1 || canvas.width() < 3 || canvas.height() < 3) return;
            byte[] from = canvas.rgb();
            byte[] to = canvas.spare();
            System.arraycopy(from, 0, to, 0, from.length);
            int row = 3 * canvas.width();
            for (int start = row; start < from.length - row; start += row)
                for (int i = start + 3; i < start + row - 3; i++)
                    to[i] = (byte) Colours.blend(smooth(from, i, row), from[i] & 255, (float) factor);
            canvas.swap();
        };
    }

    /** Pillow's SMOOTH filter, summed in its order. */
    private static int smooth(byte[] v, int i, int row) {
        float sum = 0.5f;
        sum += (v[i + row - 3] & 255) * SIDE + (v[i + row] & 255) * SIDE + (v[i + row + 3] & 255) * SIDE;
        sum += (v[i - 3] & 255) * SIDE + (v[i] & 255) * MIDDLE + (v[i + 3] & 255) * SIDE;
        sum += (v[i - row - 3] & 255) * SIDE + (v[i - row] & 255) * SIDE + (v[i - row + 3] & 255) * SIDE;
        return Math.min(255, (int) sum);
    }

    /** torchvision's {@code gaussian_blur} with a square kernel, as two passes of one dimension. */
    static Edit gaussian(int kernel, double sigma) {
        float[] weights = weights(kernel, sigma);
        return canvas -> {
            int width = canvas.width();
            int height = canvas.height();
            int row = 3 * width;
            float[] sums = canvas.floats(2 * row);
            byte[] from = canvas.rgb();
            byte[] to = canvas.spare();
            int half = kernel / 2;
            for (int y = 0; y < height; y++) {
                Arrays.fill(sums, 0, row, 0);
                for (int k = 0; k < kernel; k++)
                    add(from, row * Border.REFLECT.source(y + k - half, height), weights[k], sums, row);
                across(sums, width, weights, to, y * row);
            }
            canvas.swap();
        };
    }

    private static void add(byte[] from, int at, float weight, float[] sums, int n) {
        for (int i = 0; i < n; i++) sums[i] += weight * (from[at + i] & 255);
    }

    /** The second pass: of the sums of a row, which lie at the start of the memory; the rest of it is for the result. */
    private static void across(float[] sums, int width, float[] weights, byte[] to, int at) {
        int row = 3 * width;
        int half = weights.length / 2;
        Arrays.fill(sums, row, 2 * row, 0);
        for (int k = 0; k < weights.length; k++)
            for (int i = 3 * half; i < row - 3 * half; i++) sums[row + i] += weights[k] * sums[i + 3 * (k - half)];
        edge(sums, 0, Math.min(half, width), width, weights);
        edge(sums, Math.max(half, width - half), width, width, weights);
        for (int i = 0; i < row; i++) to[at + i] = (byte) (int) (sums[row + i] + 0.5f);
    }

    /** Columns with neighbours outside. */
    private static void edge(float[] sums, int from, int to, int width, float[] weights) {
        int half = weights.length / 2;
        for (int x = from; x < to; x++)
            for (int k = 0; k < weights.length; k++) {
                int source = 3 * Border.REFLECT.source(x + k - half, width);
                for (int c = 0; c < 3; c++) sums[3 * (width + x) + c] += weights[k] * sums[source + c];
            }
    }

    /** A Gauss curve at the distances from the middle, with the sum 1. */
    static float[] weights(int kernel, double sigma) {
        double[] exact = new double[kernel];
        double sum = 0;
        for (int i = 0; i < kernel; i++) {
            double x = (i - (kernel - 1) / 2.0) / sigma;
            sum += exact[i] = StrictMath.exp(-x * x / 2);
        }
        float[] weights = new float[kernel];
        for (int i = 0; i < kernel; i++) weights[i] = (float) (exact[i] / sum);
        return weights;
    }
}
