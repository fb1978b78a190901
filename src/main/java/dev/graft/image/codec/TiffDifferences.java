package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * TIFF's predictor 2: each sample is stored as the difference to the same sample of the previous pixel (TIFF 6.0,
 * section 14).
 */
final class TiffDifferences {
    private TiffDifferences() {}

    /**
     * Adds up the differences of each row, in place.
     *
     * @param step the number of samples from one pixel to the next
     */
    static void addUp(ByteBuffer chunk, int rowLength, int bits, int step, boolean littleEndian) {
        chunk.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int size = bits / 8;
        int distance = step * size;
        for (int row = 0; row + rowLength <= chunk.limit(); row += rowLength)
            for (int at = row + distance; at + size <= row + rowLength; at += size)
                switch (size) {
                    case 1 -> chunk.put(at, (byte) (chunk.get(at) + chunk.get(at - distance)));
                    case 2 -> chunk.putShort(at, (short) (chunk.getShort(at) + chunk.getShort(at - distance)));
                    default -> chunk.putInt(at, chunk.getInt(at) + chunk.getInt(at - distance));
                }
    }
}
