package dev.graft.image.augment.ops;

import java.util.function.IntUnaryOperator;

/** Values that become others by a table of 256, one for all channels or one for each. */
final class Tones {
    private static final int VALUES = 256;

    private Tones() {}

    /** Replaces each value by a function of it, which gives 0 to 255. */
    static void map(Canvas canvas, IntUnaryOperator function) {
        byte[] table = table(function);
        byte[] rgb = canvas.rgb();
        for (int i = 0; i < rgb.length; i++) rgb[i] = table[rgb[i] & 255];
    }

    private static byte[] table(IntUnaryOperator function) {
        byte[] table = new byte[VALUES];
        for (int v = 0; v < VALUES; v++) table[v] = (byte) function.applyAsInt(v);
        return table;
    }

    /** Makes the function of a channel from its histogram. */
    private interface FromHistogram {
        /** The function, or null to leave the channel. */
        IntUnaryOperator of(int[] histogram);
    }

    private static void mapChannels(Canvas canvas, FromHistogram maker) {
        byte[] rgb = canvas.rgb();
        for (int c = 0; c < 3; c++) {
            int[] histogram = new int[VALUES];
            for (int i = c; i < rgb.length; i += 3) histogram[rgb[i] & 255]++;
            IntUnaryOperator function = maker.of(histogram);
            if (function == null) continue;
            byte[] table = table(function);
            for (int i = c; i < rgb.length; i += 3) rgb[i] = table[rgb[i] & 255];
        }
    }

    static Edit posterize(int bits) {
        return canvas -> map(canvas, v -> v & -(1 << (8 - bits)));
    }

    static Edit solarize(double threshold) {
        return canvas -> map(canvas, v -> v < threshold ? v : 255 - v);
    }

    static void invert(Canvas canvas) {
        map(canvas, v -> 255 - v);
    }

    static void autoContrast(Canvas canvas) {
        mapChannels(canvas, histogram -> {
            int low = 0;
            int high = VALUES - 1;
            while (histogram[low] == 0) low++;
            while (histogram[high] == 0) high--;
            if (high <= low) return null;
            double scale = 255.0 / (high - low);
            double offset = -low * scale;
            return v -> Math.max(0, Math.min(255, (int) (v * scale + offset)));
        });
    }

    static void equalize(Canvas canvas) {
        mapChannels(canvas, histogram -> {
            int last = VALUES - 1;
            while (histogram[last] == 0) last--;
            int step = (canvas.width() * canvas.height() - histogram[last]) / 255;
            if (step == 0) return null;
            int[] levels = new int[VALUES];
            int below = step / 2;
            for (int v = 0; v < VALUES; v++) {
                levels[v] = Math.min(255, below / step);
                below += histogram[v];
            }
            return v -> levels[v];
        });
    }
}
