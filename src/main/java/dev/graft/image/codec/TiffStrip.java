package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds a TIFF of one strip for the two tasks that the libtiff in OpenCV does: decode a JPEG of four components, and
 * convert YCbCr with its own coefficients and sampling to RGB. Its directory is valid, so libtiff prints no warnings.
 */
final class TiffStrip {
    private static final int LONG = 4;
    private static final int ENTRY = 12;
    private static final int PIXELS = 8;

    private record Entry(int type, int count, ByteBuffer values) {}

    private final Map<Integer, Entry> entries = new TreeMap<>();
    private final ByteOrder order;
    private int valuesLength;

    /** @param order the byte order of the numbers that are copied into it */
    TiffStrip(int width, int rows, ByteOrder order) {
        this.order = order;
        put(256, width).put(257, rows).put(273, PIXELS).put(278, rows);
    }

    /** Adds a tag with these numbers. */
    TiffStrip put(int tag, int... numbers) {
        ByteBuffer values = ByteBuffer.allocate(4 * numbers.length).order(order);
        for (int number : numbers) values.putInt(number);
        return copy(tag, LONG, numbers.length, values.flip());
    }

    /** Adds a tag with values copied from another file with the same byte order. */
    TiffStrip copy(int tag, int type, int count, ByteBuffer values) {
        entries.put(tag, new Entry(type, count, values));
        valuesLength += even(values.remaining());
        return this;
    }

    private static int even(int n) {
        return n + (n & 1);
    }

    /** The file with these pixels; the caller closes it. */
    NativeBytes with(ByteBuffer pixels) {
        put(279, pixels.remaining());
        int directory = PIXELS + even(pixels.remaining());
        int values = directory + 2 + ENTRY * entries.size() + 4;
        NativeBytes file = NativeBytes.of((long) values + valuesLength);
        ByteBuffer out = file.bytes().order(order);
        byte mark = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
        out.put(mark).put(mark).putShort((short) 42).putInt(directory);
        out.put(pixels.duplicate()).position(directory).putShort((short) entries.size());
        for (Map.Entry<Integer, Entry> entry : entries.entrySet()) {
            Entry e = entry.getValue();
            int length = e.values().remaining();
            out.putShort(entry.getKey().shortValue()).putShort((short) e.type()).putInt(e.count());
            int at = length > 4 ? values : out.position();
            if (length > 4) {
                out.putInt(values);
                values += even(length);
            } else out.putInt(0);
            for (int i = 0; i < length; i++)
                out.put(at + i, e.values().get(e.values().position() + i));
        }
        out.putInt(0).rewind();
        return file;
    }
}
