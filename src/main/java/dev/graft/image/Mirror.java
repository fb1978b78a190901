package dev.graft.image;

/** Mirrors left to right, in place. */
final class Mirror {
    private Mirror() {}

    /** Mirrors all rows of a picture of {@code width} x {@code height} pixels with three bytes each. */
    static void rows(byte[] rgb, int width, int height) {
        for (int y = 0; y < height; y++) {
            int left = 3 * width * y;
            for (int right = left + 3 * (width - 1); left < right; left += 3, right -= 3)
                for (int c = 0; c < 3; c++) {
                    byte value = rgb[left + c];
                    rgb[left + c] = rgb[right + c];
                    rgb[right + c] = value;
                }
        }
    }

    /** Mirrors one row of floats, three for each pixel. */
    static void row(float[] rgb) {
        for (int left = 0, right = rgb.length - 3; left < right; left += 3, right -= 3)
            for (int c = 0; c < 3; c++) {
                float value = rgb[left + c];
                rgb[left + c] = rgb[right + c];
                rgb[right + c] = value;
            }
    }
}
