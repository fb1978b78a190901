package dev.graft.image.codec;

/** The first directory of a TIFF structure, in a TIFF file or in an EXIF block. */
final class ExifBlock {
    private static final int ORIENTATION = 274;

    private ExifBlock() {}

    /** The orientation in the EXIF block at {@code at}, 1..8. It is 1 if the block cannot be read. */
    static int orientation(Bytes file, long at, long length) {
        try {
            Bytes block = file.part(at, length, "EXIF");
            if (!TiffFile.isTiff(block)) return 1;
            long value = new TiffDirectory(block).value(ORIENTATION, 1);
            return value >= 1 && value <= 8 ? (int) value : 1;
        } catch (Refusal unreadable) {
            return 1; // as in cameras and Pillow: bad metadata never makes a picture unreadable
        }
    }
}
