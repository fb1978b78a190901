package dev.graft.image.resize;

/**
 * The size of a resized picture and the part of it that is kept: from {@code resizedWidth} x {@code resizedHeight}
 * pixels, {@code width} x {@code height} pixels starting at {@code left} and {@code top}.
 */
public record ResizeFrame(int resizedWidth, int resizedHeight, int left, int top, int width, int height) {
    /** Checks that the part is inside the resized picture and not empty. */
    public ResizeFrame {
        if (resizedWidth < 1)
            throw new IllegalArgumentException("resizedWidth must be at least 1, was " + resizedWidth);
        if (resizedHeight < 1)
            throw new IllegalArgumentException("resizedHeight must be at least 1, was " + resizedHeight);
        boolean across = left >= 0 && width >= 1 && width <= resizedWidth - left;
        boolean down = top >= 0 && height >= 1 && height <= resizedHeight - top;
        if (!across || !down)
            throw new IllegalArgumentException("a frame must be inside the " + resizedWidth + " x " + resizedHeight
                    + " pixels, was " + width + " x " + height + " at " + left + ", " + top);
    }

    /** All of a picture of this size. */
    public static ResizeFrame whole(int width, int height) {
        return new ResizeFrame(width, height, 0, 0, width, height);
    }
}
