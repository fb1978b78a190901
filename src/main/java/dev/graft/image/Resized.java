package dev.graft.image;

import dev.graft.image.codec.OpenCv;
import dev.graft.image.codec.Raster;
import dev.graft.image.codec.Refusal;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * A picture at the network's input size, before it is copied into a slot. The caller closes it.
 *
 * @param rgb its pixels, not mirrored yet
 * @param flip whether to mirror them left to right
 */
record Resized(Raster rgb, boolean flip) implements AutoCloseable {
    /** Writes its bytes at the slot's position and advances it. */
    void into(ByteBuffer slot) {
        if (rgb.isDense() && !flip) {
            slot.put(rgb.rgb().duplicate());
            return;
        }
        byte[] row = new byte[3 * rgb.width()];
        for (int y = 0; y < rgb.height(); y++) {
            rgb.get(y, row);
            if (flip) Mirror.rows(row, rgb.width(), 1);
            slot.put(row);
        }
    }

    /** Writes a float for each byte, from the table, at the slot's position and advances it. */
    void into(FloatBuffer slot, float[][] table) {
        byte[] row = new byte[3 * rgb.width()];
        float[] floats = new float[row.length];
        for (int y = 0; y < rgb.height(); y++) {
            rgb.get(y, row);
            for (int i = 0; i < row.length; i += 3) {
                floats[i] = table[0][row[i] & 255];
                floats[i + 1] = table[1][row[i + 1] & 255];
                floats[i + 2] = table[2][row[i + 2] & 255];
            }
            put(floats, slot);
        }
    }

    /** The same, computed by OpenCV. */
    void into(FloatBuffer slot, Normalization normalization) throws Refusal {
        OpenCv.normalize(rgb, normalization.mean(), normalization.std(), row -> put(row, slot));
    }

    private void put(float[] row, FloatBuffer slot) {
        if (flip) Mirror.row(row);
        slot.put(row);
    }

    @Override
    public void close() {
        rgb.close();
    }
}
