package dev.graft.image.resize;

import java.nio.ByteBuffer;

/**
 * Pixels to resize: 8-bit channels, interleaved, row by row from the top. They are not copied.
 *
 * @param pixels on or outside Java's heap; the first row begins at index 0
 * @param stride bytes from the start of a row to the start of the next, at least {@code channels * width}
 * @param width in pixels, 1 to 2^20
 * @param height in pixels, 1 to 2^20
 * @param channels 1, 3 or 4
 */
public record Bitmap(ByteBuffer pixels, int stride, int width, int height, int channels) {
    static final int MOST_PIXELS = 1 << 20; // of a side

    /** Checks the ranges, and that the buffer holds the rows. */
    public Bitmap {
        checkSide("width of the picture", width);
        checkSide("height of the picture", height);
        if (channels != 1 && channels != 3 && channels != 4)
            throw new IllegalArgumentException("channels must be 1, 3 or 4, was " + channels);
        if (stride < channels * width)
            throw new IllegalArgumentException("stride must be at least " + channels * width + ", was " + stride);
        long needed = (height - 1L) * stride + (long) channels * width;
        if (pixels.limit() < needed)
            throw new IllegalArgumentException("pixels must hold " + needed + " bytes for " + width + " x " + height
                    + " of " + channels + " channels, holds " + pixels.limit());
    }

    /**
     * A picture on the heap, without gaps.
     *
     * @param pixels exactly {@code width * height * channels} bytes
     */
    public static Bitmap of(byte[] pixels, int width, int height, int channels) {
        Bitmap bitmap = new Bitmap(ByteBuffer.wrap(pixels), channels * width, width, height, channels);
        if (pixels.length != bitmap.length())
            throw new IllegalArgumentException("pixels must hold " + bitmap.length() + " bytes for " + width + " x "
                    + height + " of " + channels + " channels, holds " + pixels.length);
        return bitmap;
    }

    static void checkSide(String name, int side) {
        if (side < 1 || side > MOST_PIXELS)
            throw new IllegalArgumentException(name + " must be between 1 and " + MOST_PIXELS + ", was " + side);
    }

    /** Bytes from the start of the first row to the end of the last. */
    int length() {
        return Math.toIntExact((height - 1L) * stride + (long) channels * width);
    }

    /** A copy without gaps. */
    byte[] toArray() {
        int row = channels * width;
        byte[] all = new byte[Math.multiplyExact(row, height)];
        for (int y = 0; y < height; y++) row(y, all, y * row, row);
        return all;
    }

    /** Copies the first {@code n} bytes of a row. */
    void row(int y, byte[] to, int at, int n) {
        pixels.get(y * stride, to, at, n);
    }
}
