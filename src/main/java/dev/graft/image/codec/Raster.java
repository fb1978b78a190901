package dev.graft.image.codec;

import dev.graft.image.resize.Bitmap;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Decoded 8-bit RGB: what the steps of reading pass on. It lies outside Java's heap, so whoever has it closes it; only what a
 * caller gave lies on it.
 *
 * @param width in pixels
 * @param height in pixels
 * @param stride bytes from the beginning of a row to that of the next
 * @param rgb the rows; the first begins at 0
 * @param memory what is freed by {@link #close}; null on the heap
 */
public record Raster(int width, int height, int stride, ByteBuffer rgb, Pointer memory) implements AutoCloseable {
    private static Raster make(int width, int height) {
        NativeBytes bytes = NativeBytes.of(3L * width * height);
        return new Raster(width, height, 3 * width, bytes.bytes(), bytes.memory());
    }

    /** Gives a picture its pixels. */
    public interface Painter {
        void paint(Raster picture) throws Refusal;
    }

    /** A picture that is painted; when the painter refuses it nothing is left. */
    public static Raster painted(int width, int height, Painter painter) throws Refusal {
        Raster picture = make(width, height);
        boolean done = false;
        try {
            painter.paint(picture);
            done = true;
            return picture;
        } finally {
            if (!done) picture.close();
        }
    }

    /** A picture on the heap without gaps, not copied; it need not be closed. */
    public static Raster of(int width, int height, byte[] rgb) {
        return new Raster(width, height, 3 * width, ByteBuffer.wrap(rgb), null);
    }

    /** Its pixels for a resize, as long as this is open. */
    public Bitmap bitmap() {
        return new Bitmap(rgb, stride, width, height, 3);
    }

    /** Whether nothing lies between the rows. */
    public boolean isDense() {
        return stride == 3 * width;
    }

    /** Copies a row out. */
    public void get(int y, byte[] row) {
        rgb.get(y * stride, row, 0, 3 * width);
    }

    /** Copies a row in. */
    void put(int y, byte[] row) {
        rgb.put(y * stride, row, 0, 3 * width);
    }

    /** Copies {@code n} pixels in, from column {@code x} on. */
    void put(int y, int x, byte[] rgb, int n) {
        this.rgb.put(y * stride + 3 * x, rgb, 0, 3 * n);
    }

    /** Where its first pixel is, for native code, as long as this is open. */
    BytePointer pointer() {
        return new BytePointer(rgb);
    }

    /**
     * A part of it, where it lies: it shares this one's memory, so one of the two is to be closed.
     *
     * @throws IllegalArgumentException when it reaches beyond the picture
     */
    public Raster cut(int top, int left, int rows, int columns) {
        if (rows > height - top || columns > width - left)
            throw new IllegalArgumentException("the part of " + columns + " x " + rows + " pixels at " + left + ", "
                    + top + " reaches beyond the picture of " + width + " x " + height);
        int first = top * stride + 3 * left;
        int length = (rows - 1) * stride + 3 * columns;
        return new Raster(columns, rows, stride, rgb.slice(first, length), memory);
    }

    /** A copy on Java's heap, or a refusal where it has no room. */
    public byte[] toArray() throws Refusal {
        int n = Math.multiplyExact(3 * width, height);
        byte[] all;
        try {
            all = new byte[n];
        } catch (OutOfMemoryError e) { // one large array that did not fit: the next picture may well
            throw Refusal.heap(width, height);
        }
        for (int y = 0; y < height; y++) rgb.get(y * stride, all, 3 * width * y, 3 * width);
        return all;
    }

    @Override
    public void close() {
        if (memory != null) memory.close();
    }
}
