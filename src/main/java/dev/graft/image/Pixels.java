package dev.graft.image;

/**
 * A picture in memory: 8-bit RGB, interleaved, row by row from the top.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb exactly {@code width * height * 3} bytes; not copied
 */
public record Pixels(int width, int height, byte[] rgb) {
    /** Checks that the bytes fit the size. */
    public Pixels {
        if (width < 1 || height < 1)
            throw new IllegalArgumentException("width and height must be at least 1, were " + width + " x " + height);
        if (rgb.length != 3L * width * height)
            throw new IllegalArgumentException("rgb must hold " + 3L * width * height + " bytes for " + width + " x "
                    + height + ", holds " + rgb.length);
    }
}
