package dev.graft.image.resize;

/**
 * What is kept of a resized picture: it has {@code resizedWidth} x {@code resizedHeight} pixels, of which the {@code width} x
 * {@code height} from {@code left} and {@code top} on are kept.
 */
public record ResizeFrame(int resizedWidth, int resizedHeight, int left, int top, int width, int height) {
    /** All of a picture of this size. */
    public static ResizeFrame whole(int width, int height) {
        return new ResizeFrame(width, height, 0, 0, width, height);
    }
}
