package dev.graft.image.codec;

import java.util.Optional;

/**
 * A picture file of a known format. Its header has been read, its pixels have not: no memory for the pixels has been
 * allocated yet.
 */
public interface PictureFile {
    /** The width as stored, from the header, in pixels. */
    long width();

    /** The height as stored, from the header, in pixels. */
    long height();

    /** The EXIF orientation, 1..8; 1 if there is none. */
    int orientation();

    /**
     * What a pixel is as stored: black and white, grey, palette, RGB, CMYK, YCbCr or Lab; with alpha or more than 8 bits
     * per sample if so.
     */
    String colours();

    /** Decodes the picture; the caller closes the result. The size is checked against the limits before this call. */
    Raster pixels() throws Refusal;

    /**
     * The picture in 8 bits as {@code map} makes it of the stored values, if it is grey and has more than 8 bits; empty
     * for all other pictures. The caller closes the result. The size is checked against the limits before this call.
     */
    default Optional<Raster> grey(GreyMap map) throws Refusal {
        return Optional.empty();
    }

    /** Whether {@link #pixels(int)} can decode at a smaller size. */
    default boolean canShrink() {
        return false;
    }

    /** Decodes at a smaller size: each side is divided by 2, 4 or 8 and rounded up; 1 gives the full size. */
    default Raster pixels(int divisor) throws Refusal {
        if (divisor != 1) throw new IllegalArgumentException("divisor must be 1, was " + divisor);
        return pixels();
    }
}
