package dev.graft.image.codec;

/** WebP: the header is read here, OpenCV decodes the pixels. Of an animation, the first frame is used. */
final class WebpFile implements PictureFile {
    /** OpenCV does not accept shorter files, although a picture of one colour can be shorter. */
    private static final int OPENCV_LEAST = 32;

    private final Bytes file;
    private long width;
    private long height;
    private int orientation = 1;
    private boolean alpha;

    WebpFile(Bytes file) throws Refusal {
        this.file = file;
        long end = 8 + file.le32(4);
        if (end > file.length() || end < 20)
            throw Refusal.truncated("WebP", "its header promises " + end + " bytes, the file has " + file.length());
        String kind = file.text(12, 4);
        switch (kind) {
            case "VP8 " -> lossySize(20);
            case "VP8L" -> losslessSize(20);
            case "VP8X" -> {
                alpha = (file.u8(20) & 0x10) != 0;
                width = 1 + file.le24(24);
                height = 1 + file.le24(27);
                orientation = findOrientation(end);
            }
            default -> throw Refusal.damaged("WebP", "its first chunk is " + kind.replaceAll("[^ -~]", "?"));
        }
    }

    private void lossySize(long at) throws Refusal {
        if (!file.matches(at + 3, "\u009d\1*")) throw Refusal.damaged("WebP", "no key frame");
        width = file.le16(at + 6) & 0x3fff;
        height = file.le16(at + 8) & 0x3fff;
    }

    private void losslessSize(long at) throws Refusal {
        if (file.u8(at) != 0x2f) throw Refusal.damaged("WebP", "no lossless signature");
        long bits = file.le32(at + 1);
        width = 1 + (bits & 0x3fff);
        height = 1 + (bits >> 14 & 0x3fff);
        alpha = (bits >> 28 & 1) != 0;
    }

    private int findOrientation(long end) throws Refusal {
        for (long at = 12; at + 8 <= end; ) {
            long length = file.le32(at + 4);
            if (file.matches(at, "EXIF")) {
                int prefix = file.matches(at + 8, "Exif\0\0") ? 6 : 0;
                return ExifBlock.orientation(file, at + 8 + prefix, length - prefix);
            }
            at += 8 + length + (length & 1);
        }
        return 1;
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
        return orientation;
    }

    @Override
    public String colours() {
        return alpha ? "RGB with alpha" : "RGB";
    }

    @Override
    public Raster pixels() throws Refusal {
        if (file.length() >= OPENCV_LEAST) return pixels(file);
        try (NativeBytes longer = NativeBytes.of(OPENCV_LEAST)) {
            longer.bytes().put(0, file.copy(0, (int) file.length()));
            for (int i = (int) file.length(); i < OPENCV_LEAST; i++)
                longer.bytes().put(i, (byte) 0);
            return pixels(new Bytes(longer.bytes(), "WebP"));
        }
    }

    private Raster pixels(Bytes all) throws Refusal {
        return OpenCv.decode(all, (int) width, (int) height, false);
    }
}
