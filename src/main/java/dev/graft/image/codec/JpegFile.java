package dev.graft.image.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * JPEG: all markers up to the end of the picture are checked here. So a file that is truncated, or damaged after its
 * last row, is refused, where OpenCV would accept it. OpenCV decodes the pixels.
 */
final class JpegFile implements PictureFile {
    /** The limit of pixels times scans: without it, a small file with a thousand scans could take minutes. */
    private static final long MOST_WORK = 2L << 30;
    /** A Huffman-coded block of 64 pixels takes at least one bit. */
    private static final long MOST_PIXELS_PER_BYTE = 512;

    /**
     * Up to this number of pixels, a picture may claim more pixels than its bytes can contain: Pillow fills the rest
     * with grey.
     */
    private static final long LARGE = 64 << 20;

    /** The frame type of a lossless JPEG, whose samples are predicted; libjpeg decodes its grey only as grey. */
    private static final int LOSSLESS = 0xc3;

    private final Bytes file;
    private long width;
    private long height;
    private final List<Gap> gaps = new ArrayList<>();
    private int frame;
    private int components;
    private long sampling;
    private int scans;
    private boolean restarts;
    private int orientation = 1;

    /** Bytes between two segments that belong to neither. */
    private record Gap(long from, long to) {}

    /** Checks the markers. If the file is not completely in memory, only the part before the pixels is checked. */
    JpegFile(Bytes file) throws Refusal {
        this.file = file;
        long at = 2;
        boolean inScan = false;
        while (true) {
            long from = at;
            at = nextMarker(at);
            if (!inScan && at - 1 > from) gaps.add(new Gap(from, at - 1));
            int marker = file.u8(at++);
            if (marker == 0xd9) break;
            if (marker >= 0xd0 && marker <= 0xd7 || marker == 0x01 && scans > 0) continue;
            if (marker == 0xd8) throw damaged("a second start of image");
            if (scans > 0 && restarts && marker < 0xc0) continue; // in a scan, decoders search the next restart
            int length = file.be16(at);
            if (skipped(marker)) {
                if (scans > 0 && at + length > file.length()) break; // all rows are before it
                length = Math.max(2, length);
            }
            if (length < 2) throw damaged("a segment of " + length + " bytes");
            file.need(at, length);
            segment(marker, at + 2, length - 2);
            inScan = marker == 0xda;
            if (scans > 0 && !file.isWhole()) break;
            at += length;
        }
        if (frame == 0 || scans == 0) throw damaged("it ends before a picture came");
    }

    private static boolean skipped(int marker) {
        return marker == 0xfe || marker == 0xdc || marker >= 0xe0 && marker <= 0xef;
    }

    /** The position of the next marker's code, after entropy-coded data, stuffed zeros and fill bytes. */
    private long nextMarker(long from) throws Refusal {
        for (long at = file.indexOf255(from) + 1; at < file.length(); at = file.indexOf255(at) + 1) {
            int code = file.u8(at);
            if (code != 0 && code != 255) return at;
        }
        throw Refusal.truncated("JPEG", "no end of image in " + file.length() + " bytes");
    }

    private void segment(int marker, long at, int length) throws Refusal {
        switch (marker) {
            case 0xc0, 0xc1, 0xc2, LOSSLESS, 0xc9, 0xca -> frame(marker, at, length);
            case 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf ->
                throw Refusal.unsupported("JPEG", "hierarchical, or lossless with arithmetic coding");
            case 0xc4 -> huffmanTables(at, length);
            case 0xda -> scan(at, length);
            case 0xe1 -> {
                if (scans == 0 && orientation == 1 && file.matches(at, "Exif\0\0")) // Pillow does not look further
                orientation = ExifBlock.orientation(file, at + 6, length - 6);
            }
            case 0xdd -> restarts = file.be16(at) > 0;
            case 0xcc, 0xdb -> {}
            default -> {
                if (!skipped(marker)) throw damaged("unknown marker " + Integer.toHexString(marker));
            }
        }
    }

    private void frame(int marker, long at, int length) throws Refusal {
        if (frame != 0) throw damaged("a second frame header");
        frame = marker;
        int bits = file.u8(at);
        if (bits != 8) throw Refusal.unsupported("JPEG", bits + " bits per sample");
        height = file.be16(at + 1);
        width = file.be16(at + 3);
        components = file.u8(at + 5);
        if (components != 1 && components != 3 && components != 4)
            throw Refusal.unsupported("JPEG", components + " components");
        if (length != 6 + 3 * components) throw damaged("a frame header of " + length + " bytes");
        for (int i = 0; i < components; i++) sampling |= (long) file.u8(at + 7 + 3 * i) << 8 * i;
    }

    private void huffmanTables(long at, int length) throws Refusal {
        long end = at + length;
        while (at < end) {
            int codes = 0;
            for (int i = 1; i <= 16; i++) codes += file.u8(at + i);
            at += 17 + codes;
            if (codes > 256) throw damaged("a Huffman table of " + codes + " codes");
        }
        if (at != end) throw damaged("a Huffman table of the wrong length");
    }

    private void scan(long at, int length) throws Refusal {
        if (frame == 0) throw damaged("a scan before the frame header");
        int components = file.u8(at);
        if (components < 1 || components > 4 || length != 4 + 2 * components) throw damaged("a broken scan header");
        scans++;
    }

    int components() {
        return components;
    }

    /** The sampling of a component: 16 * columns + rows, at least 17. */
    int sampling(int component) {
        return (int) (sampling >> 8 * component) & 255;
    }

    private static Refusal damaged(String detail) {
        return Refusal.damaged("JPEG", detail);
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
        return switch (components) {
            case 1 -> "grey";
            case 3 -> "RGB";
            default -> "CMYK";
        };
    }

    @Override
    public Raster pixels() throws Refusal {
        return pixels(1);
    }

    @Override
    public boolean canShrink() {
        return frame != LOSSLESS;
    }

    @Override
    public Raster pixels(int divisor) throws Refusal {
        boolean huffman = frame <= LOSSLESS;
        if (scans * width * height > MOST_WORK)
            throw Refusal.of(scans + " scans of " + width + " x " + height + " pixels", "fewer", "remove it");
        if (huffman && width * height > LARGE && width * height / MOST_PIXELS_PER_BYTE > file.length())
            throw Refusal.truncated("JPEG", width + " x " + height + " pixels in " + file.length() + " bytes");
        if (gaps.isEmpty()) return decode(file, divisor);
        try (NativeBytes closed = withoutGaps()) {
            return decode(new Bytes(closed.bytes(), "JPEG"), divisor);
        }
    }

    private Raster decode(Bytes whole, int divisor) throws Refusal {
        if (frame == LOSSLESS && components == 1) return OpenCv.decode(whole, (int) width, (int) height, true);
        return OpenCv.decodeShrunk(whole, (int) width, (int) height, divisor);
    }

    /** The file without these gaps. libjpeg ignores them too, but prints to standard error. */
    private NativeBytes withoutGaps() {
        ByteBuffer all = file.data();
        NativeBytes closed = NativeBytes.of(file.length());
        long at = 0;
        for (Gap gap : gaps) {
            closed.bytes().put(all.slice((int) at, (int) (gap.from() - at)));
            at = gap.to();
        }
        closed.bytes().put(all.slice((int) at, (int) (file.length() - at)));
        return closed.first(closed.bytes().position());
    }
}
