package dev.graft.image.augment;

/**
 * The part of a picture that a view shows.
 *
 * @param top first row, in pixels from the picture's top, at least 0
 * @param left first column, in pixels from the picture's left, at least 0
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param flip whether it is mirrored left to right
 */
public record View(int top, int left, int height, int width, boolean flip) {
    /** Checks the ranges. */
    public View {
        if (top < 0 || left < 0 || height < 1 || width < 1)
            throw new IllegalArgumentException(
                    "a view must have top and left of at least 0, height and width of at least 1, was top " + top
                            + ", left " + left + ", height " + height + ", width " + width);
    }
}
