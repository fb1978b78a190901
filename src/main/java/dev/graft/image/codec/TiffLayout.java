package dev.graft.image.codec;

/**
 * How the pixels of a TIFF are divided into strips or tiles. Both are called chunks here.
 *
 * @param width of the picture as stored, in pixels
 * @param height of the picture as stored, in pixels
 * @param chunkWidth in pixels; for strips, the width of the picture
 * @param chunkHeight in rows; the last strip may have fewer
 * @param tiled whether the chunks are tiles, which all have the same size and may reach beyond the picture
 * @param planes 1, or the number of samples if each sample has its own chunks
 * @param rowLength the size of a row of a chunk in one plane, in bytes; for pixels in blocks, the size of a row of
 *     blocks
 * @param blockWidth columns of a block; 1 if there are no blocks
 * @param blockHeight rows of a block; 1 if there are no blocks
 */
record TiffLayout(
        int width,
        int height,
        int chunkWidth,
        int chunkHeight,
        boolean tiled,
        int planes,
        int rowLength,
        int blockWidth,
        int blockHeight) {
    private static final int ROWS_PER_STRIP = 278;
    private static final int PLANAR = 284;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int STRIP_OFFSETS = 273;
    /** The limit for a tile, which may be larger than the picture. */
    private static final long LARGE_TILE = 4 << 20;

    static TiffLayout of(TiffDirectory tags, TiffKind kind, TiffPacking packing, int width, int height) throws Refusal {
        boolean tiled = !tags.has(STRIP_OFFSETS);
        if (tiled && !tags.has(TILE_OFFSETS)) throw Refusal.damaged("TIFF", "it does not say where its pixels are");
        long across = tiled ? tags.value(TILE_WIDTH, 0) : width;
        long down = tiled ? tags.value(TILE_HEIGHT, 0) : Math.min(tags.value(ROWS_PER_STRIP, height), height);
        long most = Math.max(LARGE_TILE, 4L * width * height);
        if (across < 1 || down < 1 || across > most || down > most || across * down > most)
            throw Refusal.damaged("TIFF", "strips or tiles of " + across + " x " + down + " pixels");
        int planes = tags.value(PLANAR, 1) == 2 ? kind.samples() : 1;
        if (planes > 1 && kind.photometric() == TiffKind.YCBCR) throw Refusal.unsupported("TIFF", "YCbCr in planes");
        int blockWidth = 1;
        int blockHeight = 1;
        if (kind.isYcbcr() && !packing.isJpeg()) {
            int missing = packing.isNone() ? 1 : 2; // the defaults of Pillow and of the format
            blockWidth = TiffYcbcr.sampling(tags, 0, missing);
            blockHeight = TiffYcbcr.sampling(tags, 1, missing);
        }
        long samples = planes > 1 ? 1 : blockWidth * blockHeight + kind.samples() - 1;
        long bits = (across + blockWidth - 1) / blockWidth * samples * kind.bits();
        long length = (bits + 7) / 8;
        if (length * down > Integer.MAX_VALUE) throw Refusal.unsupported("TIFF", "strips or tiles of 2 GB and more");
        return new TiffLayout(
                width, height, (int) across, (int) down, tiled, planes, (int) length, blockWidth, blockHeight);
    }

    int offsetsTag() {
        return tiled ? TILE_OFFSETS : STRIP_OFFSETS;
    }

    int across() {
        return (width - 1) / chunkWidth + 1;
    }

    int down() {
        return (height - 1) / chunkHeight + 1;
    }

    /** The number of rows that are stored in a chunk. */
    int rows(int row) {
        return tiled ? chunkHeight : Math.min(chunkHeight, height - row * chunkHeight);
    }

    /** The size of a chunk in one plane, in bytes. */
    int length(int row) {
        return rowLength * ((rows(row) + blockHeight - 1) / blockHeight);
    }

    /** The index of a chunk in the file. */
    int index(int plane, int row, int column) {
        return (plane * down() + row) * across() + column;
    }

    int chunks() {
        return planes * down() * across();
    }

    String name(int index) {
        return (tiled ? "tile " : "strip ") + index;
    }
}
