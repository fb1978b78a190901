package dev.graft.image.resize;

/** Converts between straight and premultiplied alpha, Pillow's modes RGBA and RGBa. */
final class Alpha {
    private Alpha() {}

    /** Multiplies each colour by its alpha, rounded to nearest. */
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

    /** Divides each colour by its alpha, in place, rounded down and at most 255. Pixels with alpha 0 do not change. */
    static void divide(byte[] rgba) {
        for (int i = 0; i < rgba.length; i += 4) {
            int opacity = rgba[i + 3] & 0xff;
            if (opacity == 0 || opacity == 255) continue;
            for (int c = i; c < i + 3; c++) rgba[c] = (byte) Math.min(255, 255 * (rgba[c] & 0xff) / opacity);
        }
    }
}
