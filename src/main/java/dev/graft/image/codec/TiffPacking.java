package dev.graft.image.codec;

import dev.graft.image.codec.pack.Deflate;
import dev.graft.image.codec.pack.Fax;
import dev.graft.image.codec.pack.PackBits;
import dev.graft.image.codec.pack.Stored;
import dev.graft.image.codec.pack.TiffLzw;
import dev.graft.image.codec.pack.Unpacker;

/** The compression of a TIFF, by the number in its compression tag. Add a new compression in {@link #unpacker}. */
final class TiffPacking {
    static final int NONE = 1;
    static final int JPEG = 7;
    private static final int COMPRESSION = 259;
    private static final int PREDICTOR = 317;
    private static final int GROUP3_OPTIONS = 292;
    private static final int GROUP4_OPTIONS = 293;
    private static final int BY_ROW_BEFORE = 1;
    private static final int UNCOMPRESSED_PARTS = 2;

    private final TiffDirectory tags;
    private final int compression;

    TiffPacking(TiffDirectory tags) throws Refusal {
        this.tags = tags;
        compression = (int) tags.value(COMPRESSION, NONE);
        String name = unread();
        if (name != null) throw Refusal.unsupported("TIFF", name);
    }

    boolean isJpeg() {
        return compression == JPEG;
    }

    boolean isNone() {
        return compression == NONE;
    }

    /** The name of an unsupported compression, or null. */
    private String unread() {
        return switch (compression) {
            case NONE, 2, 3, 4, 5, JPEG, 8, 32771, 32773, 32946 -> null;
            case 6 -> "old-style JPEG, compression 6";
            case 32809 -> "packed by ThunderScan";
            case 34676, 34677 -> "packed by SGI LogLuv";
            case 34712, 33003, 33005 -> "packed by JPEG 2000";
            case 34925 -> "packed by LZMA";
            case 50000 -> "packed by Zstandard";
            case 50001 -> "packed by WebP";
            case 50002, 52546 -> "packed by JPEG XL";
            default -> "compression " + compression;
        };
    }

    /** The decompressor of its chunks. */
    Unpacker unpacker(TiffDirectory tags, TiffKind kind, TiffLayout layout) throws Refusal {
        int width = layout.chunkWidth();
        return switch (compression) {
            case JPEG -> new TiffJpeg(tags, kind, layout);
            case 2 -> fax(Fax.Kind.ROWS, kind, width);
            case 3 -> fax(group3(), kind, width);
            case 4 -> fax(group4(), kind, width);
            case 32771 -> fax(Fax.Kind.WORDS, kind, width);
            case 5 -> new TiffLzw();
            case 8, 32946 -> new Deflate();
            case 32773 -> new PackBits();
            default -> new Stored();
        };
    }

    private static Unpacker fax(Fax.Kind how, TiffKind kind, int width) throws Refusal {
        if (kind.bits() != 1) throw Refusal.unsupported("TIFF", "a fax of " + kind.bits() + " bits per sample");
        return new Fax(how, width);
    }

    private Fax.Kind group3() throws Refusal {
        long options = tags.value(GROUP3_OPTIONS, 0);
        checkParts(options);
        return (options & BY_ROW_BEFORE) != 0 ? Fax.Kind.GROUP3_BY_ROW_BEFORE : Fax.Kind.GROUP3;
    }

    private Fax.Kind group4() throws Refusal {
        checkParts(tags.value(GROUP4_OPTIONS, 0));
        return Fax.Kind.GROUP4;
    }

    private static void checkParts(long options) throws Refusal {
        if ((options & UNCOMPRESSED_PARTS) != 0) throw Refusal.unsupported("TIFF", "a fax with uncompressed parts");
    }

    /** Whether samples are stored as differences to the previous pixel. */
    boolean differences(TiffKind kind) throws Refusal {
        if (compression != 5 && compression != 8 && compression != 32946) return false;
        long predictor = tags.value(PREDICTOR, 1);
        if (predictor == 1) return false;
        if (predictor != 2 || kind.bits() < 8 || kind.bits() == 12)
            throw Refusal.unsupported("TIFF", "predictor " + predictor + " on " + kind.bits() + " bits");
        return true;
    }
}
