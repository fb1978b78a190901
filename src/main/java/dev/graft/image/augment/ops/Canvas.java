package dev.graft.image.augment.ops;

import java.util.Arrays;

/**
 * The pixels that edits change, and the memory that they need for it: make one, and use it for many pictures of the same
 * size. Not thread-safe.
 */
public final class Canvas {
    private final int width;
    private final int height;
    private byte[] rgb;
    private byte[] spare;
    private float[] floats = {};

    /**
     * A black picture.
     *
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1; width * height * 3 is below 2^31
     */
    public Canvas(int width, int height) {
        if (width < 1 || height < 1 || 3L * width * height > Integer.MAX_VALUE)
            throw new IllegalArgumentException(
                    "canvas: width and height must be at least 1, and 3 bytes a pixel fit into one array; was " + width
                            + " x " + height);
        this.width = width;
        this.height = height;
        rgb = new byte[3 * width * height];
        spare = new byte[rgb.length];
    }

    /** In pixels. */
    public int width() {
        return width;
    }

    /** In pixels. */
    public int height() {
        return height;
    }

    /** The pixels, not copied: 8-bit RGB, interleaved, row by row. An edit may replace the array, so ask again after it. */
    public byte[] rgb() {
        return rgb;
    }

    /** Memory for the result of an edit, as long as the pixels, with undefined values. */
    byte[] spare() {
        return spare;
    }

    /** The same, with one colour in all pixels. */
    byte[] filled(Rgb colour) {
        if (colour.isGrey()) {
            Arrays.fill(spare, (byte) colour.red());
            return spare;
        }
        for (int i = 0; i < spare.length; i += 3) colour.into(spare, i);
        return spare;
    }

    /** The spare memory becomes the pixels. */
    void swap() {
        byte[] old = rgb;
        rgb = spare;
        spare = old;
    }

    /** Memory for at least {@code n} floats with undefined values. */
    float[] floats(int n) {
        if (floats.length < n) floats = new float[n];
        return floats;
    }
}
