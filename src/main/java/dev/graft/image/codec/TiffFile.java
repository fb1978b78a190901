package dev.graft.image.codec;

import java.util.Optional;

/**
 * TIFF: the first picture, of the kinds that Pillow reads, with the same pixels as Pillow. Strips and tiles are
 * decompressed here; if one cannot be decompressed, the file is refused. The orientation is part of the format: pixels
 * are always returned turned.
 */
final class TiffFile implements PictureFile {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int ORIENTATION = 274;
    /**
     * The maximum number of bytes from one compressed byte, for the compressions that have such a limit (Deflate has
     * 1,032).
     */
    private static final long MOST_PER_BYTE = 4096;

    private final Bytes file;
    private final TiffDirectory tags;
    private final int orientation;
    private final long storedWidth;
    private final long storedHeight;
    private final String colours;

    TiffFile(Bytes file) throws Refusal {
        this.file = file;
        tags = new TiffDirectory(file);
        orientation = (int) tags.value(ORIENTATION, 1);
        storedWidth = tags.value(WIDTH, 0);
        storedHeight = tags.value(HEIGHT, 0);
        colours = TiffKind.colours(tags);
    }

    static boolean isTiff(Bytes file) {
        return file.matches(0, "II*\0")
                || file.matches(0, "MM\0*")
                || file.matches(0, "II+\0")
                || file.matches(0, "MM\0+");
    }

    private boolean swapped() {
        return orientation >= 5 && orientation <= 8;
    }

    @Override
    public long width() {
        return swapped() ? storedHeight : storedWidth;
    }

    @Override
    public long height() {
        return swapped() ? storedWidth : storedHeight;
    }

    @Override
    public int orientation() {
        return 1;
    }

    @Override
    public String colours() {
        return colours;
    }

    @Override
    public Raster pixels() throws Refusal {
        TiffPacking packing = new TiffPacking(tags);
        TiffKind kind = TiffKind.of(tags);
        checkLength(kind, packing);
        TiffLayout layout = TiffLayout.of(tags, kind, packing, (int) storedWidth, (int) storedHeight);
        try (TiffChunks chunks = new TiffChunks(file, tags, packing, kind, layout)) {
            return upright(Raster.painted(layout.width(), layout.height(), painter(kind, packing, layout, chunks)));
        }
    }

    @Override
    public Optional<Raster> grey(GreyMap map) throws Refusal {
        TiffPacking packing = new TiffPacking(tags);
        TiffKind kind = TiffKind.of(tags);
        if (!kind.isDeepGrey()) return Optional.empty();
        checkLength(kind, packing);
        TiffLayout layout = TiffLayout.of(tags, kind, packing, (int) storedWidth, (int) storedHeight);
        try (TiffChunks chunks = new TiffChunks(file, tags, packing, kind, layout);
                GreyValues values = new TiffGrey(kind).values(new TiffPainter(chunks, layout, kind), layout)) {
            return Optional.of(upright(map.map(values)));
        }
    }

    private Raster upright(Raster stored) throws Refusal {
        if (orientation < 2 || orientation > 8) return stored;
        try (stored) {
            return OpenCv.oriented(stored, orientation);
        }
    }

    private void checkLength(TiffKind kind, TiffPacking packing) throws Refusal {
        int samples = kind.isYcbcr() ? 1 : kind.samples(); // there may be only few chroma samples
        long needed = storedWidth * storedHeight * kind.bits() * samples / 8;
        if (needed / (packing.isNone() ? 1 : MOST_PER_BYTE) > file.length())
            throw Refusal.truncated(
                    "TIFF", storedWidth + " x " + storedHeight + " pixels in " + file.length() + " bytes");
    }

    private Raster.Painter painter(TiffKind kind, TiffPacking packing, TiffLayout layout, TiffChunks chunks)
            throws Refusal {
        boolean plain = packing.isNone() && layout.blockWidth() * layout.blockHeight() == 1;
        if (kind.isYcbcr() && !packing.isJpeg() && !plain) return new TiffYcbcr(tags, chunks, layout);
        return new TiffPainter(chunks, layout, kind).in(TiffColours.of(kind, tags, packing.isJpeg()));
    }
}
