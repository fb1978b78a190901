package dev.graft.image.augment.ops;

/** Brightness, contrast, saturation and hue: Pillow's {@code ImageEnhance}, and its hue in the HSV colours. */
final class Colours {
    private Colours() {}

    /** Pillow's {@code Image.blend} of two values in float32: {@code from} at alpha 0, {@code to} at 1. */
    static int blend(int from, int to, float alpha) {
        float value = from + alpha * (to - from);
        return value <= 0 ? 0 : value >= 255 ? 255 : (int) value;
    }

    static Edit brightness(double factor) {
        return canvas -> Tones.map(canvas, v -> blend(0, v, (float) factor));
    }

    static Edit contrast(double factor) {
        return canvas -> {
            byte[] rgb = canvas.rgb();
            long sum = 0;
            for (int i = 0; i < rgb.length; i += 3) sum += luma(rgb, i);
            int mean = (int) ((double) sum / (rgb.length / 3) + 0.5);
            Tones.map(canvas, v -> blend(mean, v, (float) factor));
        };
    }

    static Edit saturation(double factor) {
        return canvas -> {
            byte[] rgb = canvas.rgb();
            float alpha = (float) factor;
            for (int i = 0; i < rgb.length; i += 3) {
                int grey = luma(rgb, i);
                for (int c = i; c < i + 3; c++) rgb[c] = (byte) blend(grey, rgb[c] & 255, alpha);
            }
        };
    }

    static void grey(Canvas canvas) {
        byte[] rgb = canvas.rgb();
        for (int i = 0; i < rgb.length; i += 3) rgb[i] = rgb[i + 1] = rgb[i + 2] = (byte) luma(rgb, i);
    }

    /** Pillow's L of RGB: ITU-R 601-2 in 16-bit fixed point. */
    private static int luma(byte[] rgb, int i) {
        return 19595 * (rgb[i] & 255) + 38470 * (rgb[i + 1] & 255) + 7471 * (rgb[i + 2] & 255) + 0x8000 >> 16;
    }

    /** Turns the circle of colours by a share of it, -0.5 to 0.5. Colours are rounded to bytes as HSV, also by 0. */
    static Edit hue(double share) {
        int turn = (int) (share * 255);
        return canvas -> {
            byte[] rgb = canvas.rgb();
            for (int i = 0; i < rgb.length; i += 3) turn(rgb, i, turn);
        };
    }

    private static void turn(byte[] rgb, int i, int turn) {
        int r = rgb[i] & 255;
        int g = rgb[i + 1] & 255;
        int b = rgb[i + 2] & 255;
        int most = Math.max(r, Math.max(g, b));
        int least = Math.min(r, Math.min(g, b));
        if (most == least) return; // grey has no hue
        float range = most - least;
        int saturation = (int) (range / most * 255.0);
        int h = hue(r, g, b, most, range) + turn & 255;
        if (saturation == 0) rgb[i] = rgb[i + 1] = rgb[i + 2] = (byte) most;
        else write(rgb, i, h, saturation, most);
    }

    private static int hue(int r, int g, int b, int most, float range) {
        float red = (most - r) / range;
        float green = (most - g) / range;
        float blue = (most - b) / range;
        float h;
        if (r == most) h = blue - green;
        else if (g == most) h = (float) (2.0 + red - blue);
        else h = (float) (4.0 + green - red);
        h = (float) ((h / 6.0 + 1.0) % 1.0);
        return Math.min(255, (int) (h * 255.0));
    }

    private static void write(byte[] rgb, int at, int h, int s, int v) {
        int sixth = (int) (h * 6.0f / 255.0);
        float within = (float) (h * 6.0f / 255.0 - sixth);
        float share = (float) (s / 255.0);
        int p = (int) Math.round(v * (1.0 - share));
        int q = (int) Math.round(v * (1.0 - share * within));
        int t = (int) Math.round(v * (1.0 - share * (1.0 - within)));
        switch (sixth % 6) {
            case 0 -> put(rgb, at, v, t, p);
            case 1 -> put(rgb, at, q, v, p);
            case 2 -> put(rgb, at, p, v, t);
            case 3 -> put(rgb, at, p, q, v);
            case 4 -> put(rgb, at, t, p, v);
            default -> put(rgb, at, v, p, q);
        }
    }

    private static void put(byte[] rgb, int at, int r, int g, int b) {
        rgb[at] = (byte) r;
        rgb[at + 1] = (byte) g;
        rgb[at + 2] = (byte) b;
    }
}
