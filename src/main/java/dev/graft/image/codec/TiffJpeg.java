package dev.graft.image.codec;

import dev.graft.image.codec.pack.Unpacker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * JPEG in a TIFF (Technical Note 2): each chunk is a JPEG, and its tables may be in the directory. The directory defines
 * the meaning of the components. So application markers, which may define it differently, become comments, and a marker
 * with the meaning of the directory is inserted first.
 */
final class TiffJpeg implements Unpacker {
    private static final int TABLES = 347;
    private static final int MARKER = 255;
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;
    private static final int COMMENT = 0xfe;
    private static final int WHOLE = 0x11;
    /** The start of a JPEG, and Adobe's marker without its last byte: 1 for YCbCr, 0 for components without conversion. */
    private static final byte[] BEGINNING = {
        (byte) MARKER, (byte) START, (byte) MARKER, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0
    };

    private final TiffDirectory tags;
    private final int components;
    private final boolean yCbCr;
    private final TiffLayout layout;

    TiffJpeg(TiffDirectory tags, TiffKind kind, TiffLayout layout) throws Refusal {
        if (kind.bits() != 8) throw Refusal.unsupported("TIFF", "JPEG of " + kind.bits() + " bits per sample");
        this.tags = tags;
        this.layout = layout;
        components = layout.planes() > 1 ? 1 : kind.samples();
        if (components == 2 || components > 4) throw Refusal.unsupported("TIFF", "JPEG of " + components + " samples");
        yCbCr = kind.photometric() == TiffKind.YCBCR;
    }

    @Override
    public void unpack(ByteBuffer packed, ByteBuffer out) throws Refusal {
        Bytes tables = tags.stored(TABLES);
        int first = BEGINNING.length + 1;
        try (NativeBytes jpeg = NativeBytes.of(first + tables.length() + packed.remaining())) {
            ByteBuffer all = jpeg.bytes();
            all.put(BEGINNING).put((byte) (yCbCr ? 1 : 0));
            append(tables.data(), all, true);
            append(packed, all, false);
            blank(all.flip(), first);
            decode(new JpegFile(new Bytes(all, "JPEG in TIFF")), all, out);
        }
    }

    /** Appends a part without its start marker, and, if more follows, without its end marker. */
    private static void append(ByteBuffer part, ByteBuffer all, boolean moreFollows) {
        int from = part.position();
        int to = part.limit();
        if (to - from >= 4 && part.getShort(from) == (short) (MARKER << 8 | START)) from += 2;
        if (moreFollows && to - from >= 2 && part.getShort(to - 2) == (short) (MARKER << 8 | END)) to -= 2;
        all.put(part.slice(from, to - from));
    }

    /** Turns application markers into comments. */
    private static void blank(ByteBuffer jpeg, int first) {
        for (int at = first; at + 4 <= jpeg.limit() && (jpeg.get(at) & 255) == MARKER; ) {
            int code = jpeg.get(at + 1) & 255;
            if (code == SCAN) return;
            if (code >> 4 == 0xe) jpeg.put(at + 1, (byte) COMMENT);
            at += 2 + (jpeg.getShort(at + 2) & 0xffff);
        }
    }

    private void decode(JpegFile jpeg, ByteBuffer all, ByteBuffer out) throws Refusal {
        int width = layout.chunkWidth();
        int rows = out.remaining() / (width * components);
        if (jpeg.components() != components
                || jpeg.width() != width
                || jpeg.height() < rows
                || jpeg.height() > layout.chunkHeight())
            throw Refusal.damaged(
                    "JPEG in TIFF",
                    jpeg.width() + " x " + jpeg.height() + " pixels of " + jpeg.components() + " components, not "
                            + width + " x " + rows + " of " + components);
        for (int c = yCbCr ? 1 : 0; c < components; c++)
            if (jpeg.sampling(c) != WHOLE)
                throw Refusal.damaged("JPEG in TIFF", "component " + c + " is sampled otherwise");
        try (Raster picture = jpeg.pixels()) { // refuses data that is not a JPEG, even if its pixels are not used
            if (components == 4) fourComponents(all, jpeg, out);
            else rows(picture, rows, out);
        }
    }

    private void rows(Raster picture, int rows, ByteBuffer out) {
        byte[] rgb = new byte[3 * picture.width()];
        for (int y = 0; y < rows; y++) {
            picture.get(y, rgb);
            if (components == 3) out.put(rgb);
            else for (int x = 0; x < rgb.length; x += 3) out.put(rgb[x]);
        }
    }

    /** Decodes four components. OpenCV's JPEG decoder would convert them to RGB; the libtiff in OpenCV does not. */
    private void fourComponents(ByteBuffer jpeg, JpegFile header, ByteBuffer out) throws Refusal {
        int width = (int) header.width();
        int height = (int) header.height();
        TiffStrip strip = new TiffStrip(width, height, ByteOrder.LITTLE_ENDIAN)
                .put(258, 8, 8, 8, 8)
                .put(259, TiffPacking.JPEG)
                .put(262, TiffKind.RGB)
                .put(277, 4)
                .put(284, 1)
                .put(338, TiffKind.PREMULTIPLIED); // libtiff does not convert this
        try (NativeBytes file = strip.with(jpeg);
                NativeBytes samples = NativeBytes.of(4L * width * height)) {
            OpenCv.fourSamples(
                    new Bytes(file.bytes(), "JPEG in TIFF"),
                    width,
                    height,
                    samples.bytes().duplicate());
            out.put(samples.bytes().slice(0, out.remaining()));
        }
    }
}
