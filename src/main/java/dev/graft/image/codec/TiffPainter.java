package dev.graft.image.codec;

import java.nio.ByteBuffer;

/** Walks through the chunks of a TIFF, row by row. */
final class TiffPainter {
    private final TiffChunks chunks;
    private final TiffLayout layout;
    private final int sampleLength;
    private final byte[] stored;
    private final byte[] ofPlane;

    /** Receives a part of a row. */
    interface Sink {
        /**
         * Takes {@code pixels} pixels.
         *
         * @param stored their samples, valid during the call
         */
        void row(int y, int x, byte[] stored, int pixels) throws Refusal;
    }

    TiffPainter(TiffChunks chunks, TiffLayout layout, TiffKind kind) {
        this.chunks = chunks;
        this.layout = layout;
        sampleLength = kind.bits() / 8;
        ofPlane = new byte[layout.rowLength()];
        stored = new byte[ofPlane.length * layout.planes()];
    }

    /** Draws the picture. */
    Raster.Painter in(TiffColours colours) {
        byte[] rgb = new byte[3 * layout.chunkWidth()];
        return picture -> walk((y, x, stored, pixels) -> {
            colours.row(stored, pixels, rgb);
            picture.put(y, x, rgb, pixels);
        });
    }

    /** Passes all rows of all chunks. */
    void walk(Sink sink) throws Refusal {
        ByteBuffer[] planes = new ByteBuffer[layout.planes()];
        for (int row = 0; row < layout.down(); row++)
            for (int column = 0; column < layout.across(); column++) {
                for (int p = 0; p < planes.length; p++) planes[p] = chunks.chunk(p, row, column);
                walk(sink, planes, row * layout.chunkHeight(), column * layout.chunkWidth());
            }
    }

    private void walk(Sink sink, ByteBuffer[] planes, int top, int left) throws Refusal {
        int pixels = Math.min(layout.chunkWidth(), layout.width() - left);
        int rows = Math.min(layout.chunkHeight(), layout.height() - top);
        for (int y = 0; y < rows; y++) {
            if (planes.length == 1) planes[0].get(y * stored.length, stored);
            else for (int p = 0; p < planes.length; p++) interleave(planes[p], y, p);
            sink.row(top + y, left, stored, pixels);
        }
    }

    private void interleave(ByteBuffer plane, int y, int p) {
        plane.get(y * ofPlane.length, ofPlane);
        for (int i = 0; i < ofPlane.length; i++)
            stored[(i / sampleLength * layout.planes() + p) * sampleLength + i % sampleLength] = ofPlane[i];
    }
}
