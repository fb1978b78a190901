package dev.graft.image.resize;

/** Pillow's ways from straight to premultiplied opacity and back: its modes RGBA and RGBa. */
final class Alpha {
    private Alpha() {}

    /** Each colour times its opacity, rounded to nearest. */
    static byte[] multiplied(byte[] rgba) {
        byte[] result = rgba.clone();
        for (int i = 0; i < result.length; i += 4) {
            int opacity = result[i + 3] & 0xff;
            for (int c = i; c < i + 3; c++) {
                int product = (result[c] & 0xff) * opacity + 128;
                result[c] = (byte) ((product >> 8) + product >> 8);
            }
        }
        return result;
    }

    /** Each colour by its opacity, in place, cut off and at most 255; where nothing is opaque it stays. */
    static void divide(byte[] rgba) {
        for (int i = 0; i < rgba.length; i += 4) {
            int opacity = rgba[i + 3] & 0xff;
            if (opacity == 0 || opacity == 255) continue;
            for (int c = i; c < i + 3; c++) rgba[c] = (byte) Math.min(255, 255 * (rgba[c] & 0xff) / opacity);
        }
    }
}
