package dev.graft.image.codec;

/**
 * A file of a known format whose header has been read and whose pixels have not: nothing of the picture's size exists
 * yet.
 */
public interface PictureFile {
    /** Width as stored, from the header. */
    long width();

    /** Height as stored, from the header. */
    long height();

    /** EXIF orientation, 1 to 8; 1 when there is none. */
    int orientation();

    /** Decodes; the caller closes the result. Called after the size was held against the limits. */
    Raster pixels() throws Refusal;

    /** Whether {@link #pixels(int)} can give fewer. */
    default boolean canShrink() {
        return false;
    }

    /** The same with each side divided by 2, 4 or 8, rounded up; or all of them for 1. */
    default Raster pixels(int divisor) throws Refusal {
        if (divisor != 1) throw new IllegalArgumentException("divisor must be 1, was " + divisor);
        return pixels();
    }
}
