package dev.graft.image.codec;

/**
 * How a TIFF's pixels are cut into strips or tiles, which are both called chunks here.
 *
 * @param width of the picture as stored
 * @param height of the picture as stored
 * @param chunkWidth in pixels; a strip's is the picture's
 * @param chunkHeight in rows; the last strip has fewer
 * @param tiled whether chunks are all of one size and may reach beyond the picture
 * @param planes 1, or as many as there are samples when each lies in chunks of its own
 */
record TiffLayout(int width, int height, int chunkWidth, int chunkHeight, boolean tiled, int planes) {
    private static final int ROWS_PER_STRIP = 278;
    private static final int PLANAR = 284;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int STRIP_OFFSETS = 273;
    /** Tiles may be larger than the picture, but not without bounds. */
    private static final long LARGE_TILE = 4 << 20;

    static TiffLayout of(TiffDirectory tags, TiffKind kind, int width, int height) throws Refusal {
        int planes = tags.value(PLANAR, 1) == 2 ? kind.samples() : 1;
        if (tags.has(STRIP_OFFSETS)) {
            long rows = tags.value(ROWS_PER_STRIP, height);
            if (rows < 1) throw Refusal.damaged("TIFF", "strips of " + rows + " rows");
            return new TiffLayout(width, height, width, (int) Math.min(rows, height), false, planes);
        }
        if (!tags.has(TILE_OFFSETS)) throw Refusal.damaged("TIFF", "it does not say where its pixels are");
        long across = tags.value(TILE_WIDTH, 0);
        long down = tags.value(TILE_HEIGHT, 0);
        long most = Math.max(LARGE_TILE, 4L * width * height);
        if (across < 1 || down < 1 || across > most || down > most || across * down > most)
            throw Refusal.damaged("TIFF", "tiles of " + across + " x " + down + " pixels");
        return new TiffLayout(width, height, (int) across, (int) down, true, planes);
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

    /** Bytes of a row of a chunk, in one plane. */
    int rowLength(TiffKind kind) {
        long bits = (long) chunkWidth * kind.bits() * (planes > 1 ? 1 : kind.samples());
        return Math.toIntExact((bits + 7) / 8);
    }

    /** Rows that are stored of a chunk. */
    int rows(int row) {
        return tiled ? chunkHeight : Math.min(chunkHeight, height - row * chunkHeight);
    }

    /** The number of a chunk in the file. */
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
