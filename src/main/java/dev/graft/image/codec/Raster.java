package dev.graft.image.codec;

import dev.graft.image.resize.Bitmap;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A decoded 8-bit RGB picture, which is passed between the steps of reading. Its memory is outside the Java heap, so the
 * owner closes it. Only pictures that a caller gave as an array are on the heap.
 *
 * @param width in pixels
 * @param height in pixels
 * @param stride the distance from the start of a row to the start of the next one, in bytes
 * @param rgb the rows; the first one starts at position 0
 * @param memory the memory that {@link #close} frees; null for a picture on the heap
 */
public record Raster(int width, int height, int stride, ByteBuffer rgb, Pointer memory) implements AutoCloseable {
    private static Raster make(int width, int height) {
        NativeBytes bytes = NativeBytes.of(3L * width * height);
        return new Raster(width, height, 3 * width, bytes.bytes(), bytes.memory());
    }

    /** Draws the pixels of a picture. */
    public interface Painter {
        void paint(Raster picture) throws Refusal;
    }

    /** A picture drawn by a painter. If the painter refuses it, the memory is released. */
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

    /** A picture on the heap without gaps between rows. The array is not copied. It need not be closed. */
    public static Raster of(int width, int height, byte[] rgb) {
        return new Raster(width, height, 3 * width, ByteBuffer.wrap(rgb), null);
    }

    /** Its pixels for resizing; valid as long as this object is open. */
    public Bitmap bitmap() {
        return new Bitmap(rgb, stride, width, height, 3);
    }

    /** Whether there are no gaps between the rows. */
    public boolean isDense() {
        return stride == 3 * width;
    }

    /** Copies a row out. */
    public void get(int y, byte[] row) {
        rgb.get(y * stride, row, 0, 3 * width);
    }

    /** Copies a row in. */
    public void put(int y, byte[] row) {
        rgb.put(y * stride, row, 0, 3 * width);
    }

    /** Copies {@code n} pixels in, from column {@code x} on. */
    void put(int y, int x, byte[] rgb, int n) {
        this.rgb.put(y * stride + 3 * x, rgb, 0, 3 * n);
    }

    /** A pointer to its first pixel, for native code; valid as long as this object is open. */
    BytePointer pointer() {
        return new BytePointer(rgb);
    }

    /**
     * A part of the picture that shares its memory. Close only one of the two.
     *
     * @throws IllegalArgumentException if the part reaches beyond the picture
     */
    public Raster cut(int top, int left, int rows, int columns) {
        if (rows > height - top || columns > width - left)
            throw new IllegalArgumentException("the part of " + columns + " x " + rows + " pixels at " + left + ", "
                    + top + " reaches beyond the picture of " + width + " x " + height);
        int first = top * stride + 3 * left;
        int length = (rows - 1) * stride + 3 * columns;
        return new Raster(columns, rows, stride, rgb.slice(first, length), memory);
    }

    /** A copy on the Java heap. Refuses the picture if the heap has no room. */
    public byte[] toArray() throws Refusal {
        int n = Math.multiplyExact(3 * width, height);
        byte[] all;
        try {
            all = new byte[n];
        } catch (OutOfMemoryError e) { // one large array did not fit; the next picture may fit
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
