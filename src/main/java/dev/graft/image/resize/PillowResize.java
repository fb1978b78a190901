package dev.graft.image.resize;

import dev.graft.image.resize.ResizeWeights.Axis;
import dev.graft.javacpp.KernelLibrary;
import java.nio.ByteBuffer;

/**
 * Pillow's antialiased resize for 8-bit pixels, equal in every byte: {@code Image.resize} with a {@link ResizeFilter},
 * for the whole picture or a box in it.
 *
 * <p>There are two passes, each rounded to bytes. Weights are fixed-point numbers of 22 bits; a sum is rounded by
 * adding a half. The horizontal pass comes first, unless the height shrinks by more than twice the pixels by which the
 * width shrinks. This is Pillow's rule since version 13 (earlier versions always begin with the horizontal pass); it
 * uses the sides of the whole picture, also for a box. Graft's native library does the work if there is one for the
 * machine, else Java, with four bytes of heap for each byte of the result. The result is the same.
 *
 * <p>Sources and results have sides of at most 2^20 pixels. Wrong sizes, boxes and lengths are refused with an {@link
 * IllegalArgumentException}. Thread-safe.
 */
public final class PillowResize {
    private PillowResize() {}

    /**
     * The part of a picture to resize, in pixels from its upper left corner. Edges may be fractions of pixels.
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
            left += 0f; // -0 becomes +0
            top += 0f;
        }
    }

    /**
     * Resizes a part of a picture: {@code Image.resize((width, height), filter, box)}. Each channel is filtered
     * separately; use {@link #resizeRgba} for pictures with transparency.
     *
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     * @return {@code width * height * channels} bytes, interleaved, row by row from the top
     */
    public static byte[] resize(Bitmap source, ResizeFilter filter, Box box, int height, int width) {
        return resize(job(source, filter, box, height, width), KernelLibrary.here());
    }

    /**
     * Resizes a picture with transparency, as Pillow does in mode RGBA: colours are weighted by their alpha, so that
     * the colours of transparent pixels have no effect.
     *
     * @param rgba four channels: red, green, blue, alpha
     * @param height in pixels, 1 to 2^20
     * @param width in pixels, 1 to 2^20
     * @return {@code width * height * 4} bytes, interleaved, row by row from the top
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

    /** The job of {@link #resize}, with checked arguments. */
    static Job job(Bitmap source, ResizeFilter filter, Box box, int height, int width) {
        checkResult(source, box, height, width);
        return job(source, filter, box, ResizeFrame.whole(width, height));
    }

    /** The job for a frame, with {@link ResizeFilter#BILINEAR} and a checked box. */
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
            throw new IllegalArgumentException("the result buffer is read-only; give a writable buffer");
        if (result.limit() < job.resultLength())
            throw new IllegalArgumentException(
                    "the result needs " + job.resultLength() + " bytes, the buffer has " + result.limit());
        if (natively && NativeResize.fits(job)) NativeResize.run(job, result);
        else JavaResize.run(job, scratch, result);
    }

    /** A picture, the weights of both directions, and the order of the passes. */
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
