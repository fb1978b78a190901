package dev.graft.image.codec;

/**
 * TIFF: the header is read here, the pixels by OpenCV; 16-bit grey is clipped at 255, as Pillow does. Its
 * orientation is part of the format: pixels always come turned.
 */
final class TiffFile implements PictureFile {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES = 277;
    private static final int UNCOMPRESSED = 1;
    /** The most that a byte can stand for in the compressions that have such a limit (Deflate has 1,032). */
    private static final long MOST_BITS_PER_BYTE = 8 * 4096;

    private final Bytes file;
    private final TiffDirectory tags;
    private final long width;
    private final long height;

    TiffFile(Bytes file) throws Refusal {
        this.file = file;
        tags = new TiffDirectory(file);
        boolean turned = tags.value(ORIENTATION, 1) >= 5 && tags.value(ORIENTATION, 1) <= 8;
        width = tags.value(turned ? HEIGHT : WIDTH, 0);
        height = tags.value(turned ? WIDTH : HEIGHT, 0);
    }

    static boolean isTiff(Bytes file) {
        return file.matches(0, "II*\0")
                || file.matches(0, "MM\0*")
                || file.matches(0, "II+\0")
                || file.matches(0, "MM\0+");
    }

    @Override
    public long width() {
        return width;
    }

    @Override
    public long height() {
        return height;
    }

    @Override
    public int orientation() {
        return 1;
    }

    @Override
    public Raster pixels() throws Refusal {
        long bits = tags.value(BITS, 1);
        long samples = tags.value(SAMPLES, 1);
        long needed = width * height * Math.max(1, bits) * Math.max(1, samples);
        long perByte = tags.value(COMPRESSION, UNCOMPRESSED) == UNCOMPRESSED ? 8 : MOST_BITS_PER_BYTE;
        if (samples > 64 || bits > 64) throw Refusal.unsupported("TIFF", samples + " samples of " + bits + " bits");
        if (needed / perByte > file.length())
            throw Refusal.truncated("TIFF", width + " x " + height + " pixels in " + file.length() + " bytes");
        boolean deepGrey = samples == 1 && bits == 16;
        return OpenCv.decode(file, (int) width, (int) height, deepGrey);
    }
}
