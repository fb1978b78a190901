package dev.graft.image.codec;

/** The first directory of a TIFF structure: a TIFF file's own, or an EXIF block's. */
final class ExifBlock {
    private static final int ORIENTATION = 274;

    private ExifBlock() {}

    /** The orientation in an EXIF block at {@code at}, or 1: a block that cannot be read says nothing. */
    static int orientation(Bytes file, long at, long length) {
        try {
            Bytes block = file.part(at, length, "EXIF");
            if (!TiffFile.isTiff(block)) return 1;
            long value = new TiffDirectory(block).value(ORIENTATION, 1);
            return value >= 1 && value <= 8 ? (int) value : 1;
        } catch (Refusal unreadable) {
            return 1; // as cameras and Pillow do: metadata never makes a picture unreadable
        }
    }
}
