package dev.graft.image.resize;

import dev.graft.image.resize.ResizeWeights.Axis;
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
     * A part of a picture at another size: {@code Image.resize((width, height), filter, box)}. Every channel is filtered by itself;
     * for pictures with transparency there is {@link #resizeRgba}.
     *
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     * @return {@code width * height * channels} bytes
     */
    public static byte[] resize(Bitmap source, ResizeFilter filter, Box box, int height, int width) {
        return resize(job(source, filter, box, height, width), KernelLibrary.here());
    }

    /**
     * A picture with transparency at another size, as Pillow resizes its mode RGBA: colours count by their opacity, so that
     * those of transparent pixels do not shine through.
     *
     * @param rgba of four channels: red, green, blue, opacity
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     * @return {@code width * height * 4} bytes
     */
    public static byte[] resizeRgba(Bitmap rgba, ResizeFilter filter, Box box, int height, int width) {
        if (rgba.channels() != 4)
            throw new IllegalArgumentException("rgba must have 4 channels, has " + rgba.channels());
        checkResult(rgba, box, height, width);
        byte[] copy = rgba.toArray();
        boolean same = width == rgba.width() && height == rgba.height();
        if (same && box.equals(new Box(0, 0, width, height))) return copy; // Pillow's shortcut
        Bitmap weighed = Bitmap.of(Alpha.multiplied(copy), rgba.width(), rgba.height(), 4);
        byte[] result = resize(job(weighed, filter, box, height, width), KernelLibrary.here());
        Alpha.divide(result);
        return result;
    }

    private static void checkResult(Bitmap source, Box box, int height, int width) {
        Bitmap.checkSide("height", height);
        Bitmap.checkSide("width", width);
        if ((long) width * height * source.channels() > Integer.MAX_VALUE - 64)
            throw new IllegalArgumentException(
                    width + " x " + height + " pixels of " + source.channels() + " channels do not fit into an array");
        checkBox(source, box);
    }

    private static void checkBox(Bitmap source, Box box) {
        if (box.right > source.width() || box.bottom > source.height())
            throw new IllegalArgumentException(
                    box + " reaches beyond the picture of " + source.width() + " x " + source.height());
    }

    /** What {@link #resize} does, its arguments checked. */
    static Job job(Bitmap source, ResizeFilter filter, Box box, int height, int width) {
        checkResult(source, box, height, width);
        return job(source, filter, box, ResizeFrame.whole(width, height));
    }

    /** The frame's window of the resized picture, in {@link ResizeFilter#BILINEAR}; the box is checked. */
    static Job job(Bitmap source, Box box, ResizeFrame frame) {
        checkBox(source, box);
        return job(source, ResizeFilter.BILINEAR, box, frame);
    }

    private static Job job(Bitmap source, ResizeFilter filter, Box box, ResizeFrame frame) {
        Axis x = new Axis(
                filter, source.width(), box.left, box.right, frame.resizedWidth(), frame.left(), frame.width());
        Axis y = new Axis(
                filter, source.height(), box.top, box.bottom, frame.resizedHeight(), frame.top(), frame.height());
        boolean verticalFirst =
                isVerticalFirst(source.width(), source.height(), frame.resizedWidth(), frame.resizedHeight());
        return new Job(source, ResizeWeights.of(x), ResizeWeights.of(y), verticalFirst);
    }

    static byte[] resize(Job job, boolean natively) {
        byte[] result = new byte[job.resultLength()];
        run(job, natively, new Scratch(), ByteBuffer.wrap(result));
        return result;
    }

    static void run(Job job, Scratch scratch, ByteBuffer result) {
        run(job, KernelLibrary.here(), scratch, result);
    }

    private static void run(Job job, boolean natively, Scratch scratch, ByteBuffer result) {
        if (result.isReadOnly())
            throw new IllegalArgumentException("the result is read-only; give a buffer to write to");
        if (result.limit() < job.resultLength())
            throw new IllegalArgumentException(
                    "the result takes " + job.resultLength() + " bytes, there is room for " + result.limit());
        if (natively && NativeResize.fits(job)) NativeResize.run(job, result);
        else JavaResize.run(job, scratch, result);
    }

    /** A picture, what becomes of it, and in which order. */
    record Job(Bitmap source, ResizeWeights across, ResizeWeights down, boolean verticalFirst) {
        int channels() {
            return source.channels();
        }

        /** Bytes of the result, which has no gaps. */
        int resultLength() {
            return Math.toIntExact((long) channels() * across.pixels() * down.pixels());
        }
    }

    private static boolean isVerticalFirst(int sourceWidth, int sourceHeight, int width, int height) {
        long shorter = sourceHeight - (long) height;
        long narrower = sourceWidth - (long) width;
        return shorter > 0 && shorter > 2 * narrower;
    }
}
