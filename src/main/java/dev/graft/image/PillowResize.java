package dev.graft.image;

import dev.graft.image.ResizeWeights.Axis;
import dev.graft.javacpp.KernelLibrary;
import java.nio.ByteBuffer;

/**
 * Pillow's antialiased resize for 8-bit pixels, equal in every byte: {@code Image.resize} with a {@link ResizeFilter}, of
 * the whole picture or of a box in it.
 *
 * <p>Two passes, each rounded to bytes; weights are fixed-point numbers of 22 bits; a sum is rounded by adding a half.
 * Horizontal comes first unless the height shrinks by more than twice the pixels that the width does: Pillow's rule
 * since version 13 (before, horizontal always came first), with the sides of the whole picture also where a box is
 * resized. The work is done by Graft's native library where there is one for the machine, else in Java, with four bytes
 * of heap for each number of the result: the bytes are the same.
 *
 * <p>A source has at most 2^20 pixels a side, as a result has. Wrong sizes, boxes and lengths are refused with an {@link
 * IllegalArgumentException} that names them. Any thread may call.
 */
public final class PillowResize {
    private static final int MOST_PIXELS = 1 << 20; // of a side

    private PillowResize() {}

    /**
     * What part of a picture is resized, in pixels from its upper left corner; edges may lie within pixels.
     *
     * @param left at least 0
     * @param top at least 0
     * @param right more than {@code left}
     * @param bottom more than {@code top}
     */
    public record Box(float left, float top, float right, float bottom) {
        /** Checks the order of the edges. */
        public Box {
            if (!(left >= 0 && top >= 0 && right > left && bottom > top))
                throw new IllegalArgumentException("a box has 0 <= left < right and 0 <= top < bottom, was (" + left
                        + ", " + top + ", " + right + ", " + bottom + ")");
            left += 0f; // of the two zeros the positive one
            top += 0f;
        }
    }

    /**
     * The picture at another size: {@code Image.resize((width, height), BILINEAR)}.
     *
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     */
    public static Pixels resize(Pixels source, int height, int width) {
        Box whole = new Box(0, 0, source.width(), source.height());
        return resize(source, ResizeFilter.BILINEAR, whole, height, width);
    }

    /**
     * A part of the picture at another size: {@code Image.resize((width, height), filter, box)}.
     *
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     */
    public static Pixels resize(Pixels source, ResizeFilter filter, Box box, int height, int width) {
        byte[] result = resize(source.rgb(), source.width(), source.height(), 3, filter, box, height, width);
        return new Pixels(width, height, result);
    }

    /**
     * The same for pixels of one, three or four channels, interleaved. Every channel is filtered by itself; for pictures
     * with transparency there is {@link #resizeRgba}.
     *
     * @param pixels exactly {@code sourceWidth * sourceHeight * channels} bytes, row by row from the top
     * @param channels 1, 3 or 4
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     * @return {@code width * height * channels} bytes
     */
    public static byte[] resize(
            byte[] pixels,
            int sourceWidth,
            int sourceHeight,
            int channels,
            ResizeFilter filter,
            Box box,
            int height,
            int width) {
        return resize(
                job(pixels, sourceWidth, sourceHeight, channels, filter, box, height, width), KernelLibrary.here());
    }

    /**
     * A picture with transparency at another size, as Pillow resizes its mode RGBA: colours count by their opacity, so that
     * those of transparent pixels do not shine through.
     *
     * @param rgba exactly {@code sourceWidth * sourceHeight * 4} bytes: red, green, blue, opacity
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     * @return {@code width * height * 4} bytes
     */
    public static byte[] resizeRgba(
            byte[] rgba, int sourceWidth, int sourceHeight, ResizeFilter filter, Box box, int height, int width) {
        Job given = job(rgba, sourceWidth, sourceHeight, 4, filter, box, height, width);
        boolean same = width == sourceWidth && height == sourceHeight;
        if (same && box.equals(new Box(0, 0, width, height))) return rgba.clone(); // Pillow's shortcut
        Job weighed = given.of(ByteBuffer.wrap(Alpha.multiplied(rgba)));
        byte[] result = resize(weighed, KernelLibrary.here());
        Alpha.divide(result);
        return result;
    }

    /** What {@link #resize} does, its arguments checked. */
    static Job job(
            byte[] pixels,
            int sourceWidth,
            int sourceHeight,
            int channels,
            ResizeFilter filter,
            Box box,
            int height,
            int width) {
        checkSide("sourceWidth", sourceWidth);
        checkSide("sourceHeight", sourceHeight);
        checkSide("height", height);
        checkSide("width", width);
        if (channels != 1 && channels != 3 && channels != 4)
            throw new IllegalArgumentException("channels must be 1, 3 or 4, was " + channels);
        if (pixels.length != (long) sourceWidth * sourceHeight * channels)
            throw new IllegalArgumentException("pixels must hold " + (long) sourceWidth * sourceHeight * channels
                    + " bytes for " + sourceWidth + " x " + sourceHeight + " of " + channels + " channels, holds "
                    + pixels.length);
        if ((long) width * height * channels > Integer.MAX_VALUE - 64)
            throw new IllegalArgumentException(
                    width + " x " + height + " pixels of " + channels + " channels do not fit into an array");
        if (box.right > sourceWidth || box.bottom > sourceHeight)
            throw new IllegalArgumentException(
                    box + " reaches beyond the picture of " + sourceWidth + " x " + sourceHeight);
        ResizeWeights across = ResizeWeights.of(new Axis(filter, sourceWidth, box.left, box.right, width, 0, width));
        ResizeWeights down = ResizeWeights.of(new Axis(filter, sourceHeight, box.top, box.bottom, height, 0, height));
        boolean verticalFirst = isVerticalFirst(sourceWidth, sourceHeight, width, height);
        ByteBuffer source = ByteBuffer.wrap(pixels);
        int stride = channels * sourceWidth;
        return new Job(source, stride, sourceWidth, sourceHeight, channels, across, down, verticalFirst);
    }

    static byte[] resize(Job job, boolean natively) {
        byte[] result = new byte[job.resultLength()];
        run(job, natively, new Scratch(), ByteBuffer.wrap(result));
        return result;
    }

    private static void run(Job job, boolean natively, Scratch scratch, ByteBuffer result) {
        if (natively && NativeResize.fits(job)) NativeResize.run(job, result);
        else JavaResize.run(job, scratch, result);
    }

    /** Fills {@code result}, from position 0 on, with the frame's window of the resized picture. */
    static void resize(Decoded source, Resize.Frame frame, Scratch scratch, ByteBuffer result) {
        Raster raster = source.raster();
        Box box = source.box();
        Axis x = new Axis(
                ResizeFilter.BILINEAR,
                raster.width(),
                box.left,
                box.right,
                frame.resizedWidth(),
                frame.left(),
                frame.width());
        Axis y = new Axis(
                ResizeFilter.BILINEAR,
                raster.height(),
                box.top,
                box.bottom,
                frame.resizedHeight(),
                frame.top(),
                frame.height());
        boolean verticalFirst =
                isVerticalFirst(raster.width(), raster.height(), frame.resizedWidth(), frame.resizedHeight());
        Job job = new Job(
                raster.rgb(),
                raster.stride(),
                raster.width(),
                raster.height(),
                3,
                ResizeWeights.of(x),
                ResizeWeights.of(y),
                verticalFirst);
        run(job, KernelLibrary.here(), scratch, result);
    }

    /**
     * A picture, what becomes of it, and in which order.
     *
     * @param pixels on Java's heap or outside it; the first row begins at 0
     * @param stride bytes from the beginning of a row to that of the next
     */
    record Job(
            ByteBuffer pixels,
            int stride,
            int width,
            int height,
            int channels,
            ResizeWeights across,
            ResizeWeights down,
            boolean verticalFirst) {
        /** The same for other pixels of the same shape. */
        Job of(ByteBuffer others) {
            return new Job(others, stride, width, height, channels, across, down, verticalFirst);
        }

        /** Bytes from the beginning of the first row to the end of the last. */
        int length() {
            return Math.toIntExact((height - 1L) * stride + (long) channels * width);
        }

        /** Bytes of the result, which has no gaps. */
        int resultLength() {
            return Math.toIntExact((long) channels * across.pixels() * down.pixels());
        }

        /** Copies the beginning of a row. */
        void row(int y, byte[] to, int at, int n) {
            pixels.get(y * stride, to, at, n);
        }
    }

    private static boolean isVerticalFirst(int sourceWidth, int sourceHeight, int width, int height) {
        long shorter = sourceHeight - (long) height;
        long narrower = sourceWidth - (long) width;
        return shorter > 0 && shorter > 2 * narrower;
    }

    private static void checkSide(String name, int side) {
        if (side < 1 || side > MOST_PIXELS)
            throw new IllegalArgumentException(name + " must be between 1 and " + MOST_PIXELS + ", was " + side);
    }
}
