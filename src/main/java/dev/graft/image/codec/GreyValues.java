package dev.graft.image.codec;

import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * The stored values of a grey picture of more than 8 bits, before any conversion. Its memory is outside the Java heap, so
 * the owner closes it.
 *
 * @param width in pixels
 * @param height in pixels
 * @param type of a value
 * @param least the smallest value that can be stored; NaN for floats
 * @param most the greatest value that can be stored; NaN for floats
 * @param whiteIsZero whether small values are bright (TIFF's WhiteIsZero, DICOM's MONOCHROME1)
 * @param memory 4 bytes for each value, row by row from the top
 */
public record GreyValues(
        int width, int height, Type type, double least, double most, boolean whiteIsZero, NativeBytes memory)
        implements AutoCloseable {

    /** What the 32 bits of a value in memory are. */
    public enum Type {
        UNSIGNED,
        SIGNED,
        FLOAT;

        double value(int bits) {
            return switch (this) {
                case UNSIGNED -> Integer.toUnsignedLong(bits);
                case SIGNED -> bits;
                case FLOAT -> Float.intBitsToFloat(bits);
            };
        }

        /** The bits changed so that, as unsigned integers, they have the order of the values. */
        int key(int bits) {
            return switch (this) {
                case UNSIGNED -> bits;
                case SIGNED -> bits ^ Integer.MIN_VALUE;
                case FLOAT -> bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE;
            };
        }

        /** The bits of a key. */
        int bits(int key) {
            return switch (this) {
                case UNSIGNED -> key;
                case SIGNED -> key ^ Integer.MIN_VALUE;
                case FLOAT -> key < 0 ? key ^ Integer.MIN_VALUE : ~key;
            };
        }
    }

    /** Writes the values of a picture. */
    interface Painter {
        void paint(IntBuffer values) throws Refusal;
    }

    /** The values that a painter writes, unsigned integers up to {@code most}. */
    static GreyValues unsigned(int width, int height, double most, Painter painter) throws Refusal {
        return of(width, height, Type.UNSIGNED, 0, most, false, painter);
    }

    /** The values that a painter writes. If it refuses the picture, the memory is released. */
    static GreyValues of(
            int width, int height, Type type, double least, double most, boolean whiteIsZero, Painter painter)
            throws Refusal {
        long bytes = (long) Integer.BYTES * width * height;
        if (bytes > Integer.MAX_VALUE)
            throw Refusal.of(
                    "is " + width + " x " + height + " pixels of more than 8 bits",
                    "at most " + Integer.MAX_VALUE / Integer.BYTES + " of them where grey values are scaled",
                    "make it smaller");
        NativeBytes memory = NativeBytes.of(bytes);
        boolean done = false;
        try {
            painter.paint(ints(memory));
            done = true;
            return new GreyValues(width, height, type, least, most, whiteIsZero, memory);
        } finally {
            if (!done) memory.close();
        }
    }

    private static IntBuffer ints(NativeBytes memory) {
        return memory.bytes().duplicate().order(ByteOrder.nativeOrder()).asIntBuffer();
    }

    /** The number of values. */
    public int count() {
        return width * height;
    }

    /** Copies a row out. */
    public void row(int y, double[] values) {
        IntBuffer all = ints(memory);
        for (int x = 0, at = y * width; x < width; x++) values[x] = type.value(all.get(at++));
    }

    /**
     * The values at some places of the sorted sequence of all values. Takes two passes over the picture.
     *
     * @param ranks from 0, for the smallest value, to {@link #count} - 1
     */
    public double[] sortedAt(int... ranks) {
        int[] keys = new GreyRanks(ints(memory), count(), type).keys(ranks);
        double[] values = new double[ranks.length];
        for (int i = 0; i < values.length; i++) values[i] = type.value(type.bits(keys[i]));
        return values;
    }

    @Override
    public void close() {
        memory.close();
    }
}
