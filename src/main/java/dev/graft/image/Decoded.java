package dev.graft.image;

import dev.graft.image.codec.OpenCv;
import dev.graft.image.codec.Raster;
import dev.graft.image.codec.Refusal;
import dev.graft.image.resize.PillowResize.Box;

/**
 * The decoded pixels of a picture, possibly at a smaller scale: its sides divided by an integer.
 *
 * @param raster the pixels; its sides are the picture's sides divided and rounded up
 * @param box the picture's area in the raster: the last column and row may reach beyond the picture
 */
record Decoded(Raster raster, Box box) implements AutoCloseable {
    static Decoded whole(Raster raster) {
        return of(raster, raster.width(), raster.height(), 1);
    }

    /** A picture of {@code width} x {@code height} whose sides were divided by {@code divisor}. */
    static Decoded of(Raster raster, int width, int height, int divisor) {
        return new Decoded(raster, new Box(0, 0, (float) width / divisor, (float) height / divisor));
    }

    /**
     * Turned as an EXIF orientation of 2 to 8 says; other values change nothing. The result replaces this object, which
     * is closed.
     */
    Decoded oriented(int orientation) throws Refusal {
        if (orientation < 2 || orientation > 8) return this;
        Raster turned;
        try (raster) {
            turned = OpenCv.oriented(raster, orientation);
        }
        boolean swapped = orientation >= 5;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
        float wide = swapped ? box.bottom() : box.right();
        float high = swapped ? box.right() : box.bottom();
        float left = fromRight ? turned.width() - wide : 0;
        float top = fromBottom ? turned.height() - high : 0;
        return new Decoded(turned, new Box(left, top, left + wide, top + high));
    }

    @Override
    public void close() {
        raster.close();
    }
}
