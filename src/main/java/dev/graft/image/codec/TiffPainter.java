package dev.graft.image.codec;

import java.nio.ByteBuffer;

/** Draws the chunks of a TIFF into the picture, row by row. */
final class TiffPainter implements Raster.Painter {
    private final TiffChunks chunks;
    private final TiffLayout layout;
    private final TiffColours colours;
    private final int sampleLength;
    private final byte[] stored;
    private final byte[] ofPlane;
    private final byte[] rgb;

    TiffPainter(TiffChunks chunks, TiffLayout layout, TiffKind kind, TiffColours colours) {
        this.chunks = chunks;
        this.layout = layout;
        this.colours = colours;
        sampleLength = kind.bits() / 8;
        ofPlane = new byte[layout.rowLength()];
        stored = new byte[ofPlane.length * layout.planes()];
        rgb = new byte[3 * layout.chunkWidth()];
    }

    @Override
    public void paint(Raster picture) throws Refusal {
        ByteBuffer[] planes = new ByteBuffer[layout.planes()];
        for (int row = 0; row < layout.down(); row++)
            for (int column = 0; column < layout.across(); column++) {
                for (int p = 0; p < planes.length; p++) planes[p] = chunks.chunk(p, row, column);
                paint(picture, planes, row * layout.chunkHeight(), column * layout.chunkWidth());
            }
    }

    private void paint(Raster picture, ByteBuffer[] planes, int top, int left) {
        int pixels = Math.min(layout.chunkWidth(), layout.width() - left);
        int rows = Math.min(layout.chunkHeight(), layout.height() - top);
        for (int y = 0; y < rows; y++) {
            if (planes.length == 1) planes[0].get(y * stored.length, stored);
            else for (int p = 0; p < planes.length; p++) interleave(planes[p], y, p);
            colours.row(stored, pixels, rgb);
            picture.put(top + y, left, rgb, pixels);
        }
    }

    private void interleave(ByteBuffer plane, int y, int p) {
        plane.get(y * ofPlane.length, ofPlane);
        for (int i = 0; i < ofPlane.length; i++)
            stored[(i / sampleLength * layout.planes() + p) * sampleLength + i % sampleLength] = ofPlane[i];
    }
}
