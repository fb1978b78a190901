package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Draws YCbCr that is not compressed as JPEG: the chunks have their own coefficients and chroma sampling. libtiff
 * converts them to RGB.
 */
record TiffYcbcr(TiffDirectory tags, TiffChunks chunks, TiffLayout layout) implements Raster.Painter {
    private static final int COEFFICIENTS = 529;
    private static final int SAMPLING = 530;
    private static final int POSITIONING = 531;
    private static final int REFERENCE = 532;

    /** The number of columns (or rows) that share one pair of chroma samples; {@code i} is 0 for columns and 1 for rows. */
    static int sampling(TiffDirectory tags, int i, int missing) throws Refusal {
        int n = (int) tags.value(SAMPLING, i, missing);
        if (n != 1 && n != 2 && n != 4) throw Refusal.damaged("TIFF", "YCbCr sampling of " + n);
        return n;
    }

    @Override
    public void paint(Raster picture) throws Refusal {
        byte[] row = new byte[3 * layout.chunkWidth()];
        for (int i = 0; i < layout.down(); i++)
            for (int k = 0; k < layout.across(); k++) {
                int top = i * layout.chunkHeight();
                int left = k * layout.chunkWidth();
                int pixels = Math.min(layout.chunkWidth(), layout.width() - left);
                int rows = Math.min(layout.chunkHeight(), layout.height() - top);
                try (Raster chunk = rgb(chunks.chunk(0, i, k), layout.rows(i))) {
                    for (int y = 0; y < rows; y++) {
                        chunk.get(y, row);
                        picture.put(top + y, left, row, pixels);
                    }
                }
            }
    }

    private Raster rgb(ByteBuffer chunk, int rows) throws Refusal {
        ByteOrder order = tags.littleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        TiffStrip strip = new TiffStrip(layout.chunkWidth(), rows, order)
                .put(258, 8, 8, 8)
                .put(259, TiffPacking.NONE)
                .put(262, TiffKind.YCBCR)
                .put(277, 3)
                .put(284, 1);
        for (int tag : new int[] {COEFFICIENTS, SAMPLING, POSITIONING, REFERENCE})
            if (tags.has(tag))
                strip.copy(
                        tag,
                        tags.type(tag),
                        (int) tags.count(tag),
                        tags.stored(tag).data());
        try (NativeBytes file = strip.with(chunk)) {
            return OpenCv.decode(new Bytes(file.bytes(), "TIFF"), layout.chunkWidth(), rows, false);
        }
    }
}
