package dev.graft.image;

import dev.graft.image.codec.OpenCv;
import dev.graft.image.codec.Raster;
import dev.graft.image.codec.Refusal;
import dev.graft.image.resize.PillowResize.Box;

/**
 * Pixels of a picture that may be fewer than its own, by a whole divisor of its sides.
 *
 * @param raster the sides by the divisor, rounded up
 * @param box where in the raster the picture lies: the last column and row may stand for pixels beyond its edges
 */
record Decoded(Raster raster, Box box) implements AutoCloseable {
    static Decoded whole(Raster raster) {
        return of(raster, raster.width(), raster.height(), 1);
    }

    /** A picture of {@code width} x {@code height} whose sides were divided. */
    static Decoded of(Raster raster, int width, int height, int divisor) {
        return new Decoded(raster, new Box(0, 0, (float) width / divisor, (float) height / divisor));
    }

    /**
     * As an EXIF orientation of 1 to 8 says it should be seen; 1 and anything else leave it alone. The result takes the place of
     * this one, which is closed.
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
