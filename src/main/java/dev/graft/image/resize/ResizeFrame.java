package dev.graft.image.resize;

/**
 * What is kept of a resized picture, all of it or a part: it has {@code resizedWidth} x {@code resizedHeight} pixels, of which the {@code width} x
 * {@code height} from {@code left} and {@code top} on are kept.
 */
public record ResizeFrame(int resizedWidth, int resizedHeight, int left, int top, int width, int height) {
    /** Checks that the part lies within the resized picture, and has a pixel. */
    public ResizeFrame {
        if (resizedWidth < 1)
            throw new IllegalArgumentException("resizedWidth must be at least 1, was " + resizedWidth);
        if (resizedHeight < 1)
            throw new IllegalArgumentException("resizedHeight must be at least 1, was " + resizedHeight);
        boolean across = left >= 0 && width >= 1 && width <= resizedWidth - left;
        boolean down = top >= 0 && height >= 1 && height <= resizedHeight - top;
        if (!across || !down)
            throw new IllegalArgumentException("a frame keeps a part of the " + resizedWidth + " x " + resizedHeight
                    + " pixels, was " + width + " x " + height + " at " + left + ", " + top);
    }

    /** All of a picture of this size. */
    public static ResizeFrame whole(int width, int height) {
        return new ResizeFrame(width, height, 0, 0, width, height);
    }
}
