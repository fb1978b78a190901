package dev.graft.image;

import java.nio.ByteBuffer;

/**
 * A part of a picture as a network is to see it.
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
            throw new IllegalArgumentException("a view has top and left from 0 on, height and width from 1 on, was top "
                    + top + ", left " + left + ", height " + height + ", width " + width);
    }

    /**
     * The part of a picture, resized and mirrored: torchvision's {@code hflip(resized_crop(...))} of a Pillow picture, in every
     * byte. The part is cut out first, so no pixel around it counts.
     *
     * @param newHeight in pixels, 1 to {@link Resize#MAX_SIDE}
     * @param newWidth in pixels, 1 to {@link Resize#MAX_SIDE}
     * @throws IllegalArgumentException when the part reaches beyond the picture
     */
    public Pixels of(Pixels picture, int newHeight, int newWidth) {
        Resize.Frame frame = new Resize.Stretch(newHeight, newWidth).frame(picture.width(), picture.height());
        Decoded part = Decoded.whole(Raster.of(picture).cut(this));
        byte[] result = new byte[3 * newHeight * newWidth];
        PillowResize.resize(part, frame, new Scratch(), ByteBuffer.wrap(result));
        if (flip) Mirror.rows(result, newWidth, newHeight);
        return new Pixels(newWidth, newHeight, result);
    }

    /** Refuses a picture of this size that the part reaches beyond. */
    void checkWithin(int pictureWidth, int pictureHeight) {
        if (height > pictureHeight - top || width > pictureWidth - left)
            throw new IllegalArgumentException(
                    this + " reaches beyond the picture of " + pictureWidth + " x " + pictureHeight);
    }
}
