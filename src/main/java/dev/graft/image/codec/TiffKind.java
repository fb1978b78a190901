package dev.graft.image.codec;

import java.util.Arrays;
import java.util.Set;

/**
 * The meaning of the samples of a TIFF. The supported kinds and their conversion are the same as in Pillow.
 *
 * @param photometric the meaning of the samples, as in TIFF's tag
 * @param bits of a sample
 * @param format of a sample: 1 for unsigned integers, 2 for signed integers, 3 for floats
 * @param samples of a pixel
 * @param extra the meaning of the first sample after the colours; -1 if there is none
 * @param reversed whether the lowest bit of a byte comes first
 * @param littleEndian the byte order of a sample
 */
record TiffKind(int photometric, int bits, int format, int samples, int extra, boolean reversed, boolean littleEndian) {
    static final int WHITE_IS_ZERO = 0;
    static final int BLACK_IS_ZERO = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int CMYK = 5;
    static final int YCBCR = 6;
    static final int LAB = 8;

    private static final int NONE = -1;
    private static final int UNKNOWN = 0;
    static final int PREMULTIPLIED = 1;
    private static final int ALPHA = 2;
    private static final int COREL_ALPHA = 999;

    private static final int BITS = 258;
    private static final int PHOTOMETRIC = 262;
    private static final int FILL_ORDER = 266;
    private static final int SAMPLES = 277;
    private static final int PLANAR = 284;
    private static final int EXTRA = 338;
    private static final int FORMAT = 339;
    private static final int MOST_VALUES = 16;

    static TiffKind of(TiffDirectory tags) throws Refusal {
        int photometric = (int) tags.value(PHOTOMETRIC, 0);
        long samples = tags.value(SAMPLES, 1);
        long[] extra = tags.values(EXTRA, MOST_VALUES);
        long[] bits = tags.has(BITS) ? tags.values(BITS, MOST_VALUES) : new long[] {1};
        long[] format = tags.has(FORMAT) ? tags.values(FORMAT, MOST_VALUES) : new long[] {1};
        if (tags.value(PLANAR, 1) == 2 && Arrays.stream(extra).allMatch(e -> e == UNKNOWN) && extra.length > 0) {
            samples -= extra.length; // their planes are the last ones and are ignored
            bits = Arrays.copyOf(bits, Math.max(0, bits.length - extra.length));
            extra = new long[0];
        }
        String seen = seen(photometric, bits, format, samples, extra);
        if (samples < 1 || bits.length < samples && bits.length != 1) throw Refusal.unsupported("TIFF", seen);
        long[] each = Arrays.copyOf(bits, (int) Math.min(samples, bits.length));
        long order = tags.value(FILL_ORDER, 1);
        if (!same(each) || !same(format) || order < 1 || order > 2) throw Refusal.unsupported("TIFF", seen);
        TiffKind kind = new TiffKind(
                photometric,
                (int) each[0],
                (int) format[0],
                (int) samples,
                extra.length == 0 ? NONE : (int) extra[0],
                order == 2,
                tags.littleEndian());
        if (!kind.isRead(extra)) throw Refusal.unsupported("TIFF", seen);
        return kind;
    }

    /** The kind in words, also if it is not supported. */
    static String colours(TiffDirectory tags) throws Refusal {
        int bits = (int) tags.value(BITS, 1);
        String kind = colours((int) tags.value(PHOTOMETRIC, 0));
        if (kind.equals("grey") && bits == 1) return "black and white";
        return (tags.has(EXTRA) ? kind + " with alpha" : kind) + (bits > 8 ? ", " + bits + " bits" : "");
    }

    private static boolean same(long[] values) {
        return Arrays.stream(values).distinct().count() == 1;
    }

    private static String seen(int photometric, long[] bits, long[] format, long samples, long[] extra) {
        return colours(photometric) + " of " + samples + " samples of " + Arrays.toString(bits) + " bits, format "
                + Arrays.toString(format) + (extra.length == 0 ? "" : ", extra samples " + Arrays.toString(extra));
    }

    private static String colours(int photometric) {
        return switch (photometric) {
            case WHITE_IS_ZERO, BLACK_IS_ZERO -> "grey";
            case RGB -> "RGB";
            case PALETTE -> "palette";
            case CMYK -> "CMYK";
            case YCBCR -> "YCbCr";
            case LAB -> "CIE Lab";
            default -> "photometric interpretation " + photometric;
        };
    }

    /** Whether its samples are a brightness and two colour differences. */
    boolean isYcbcr() {
        return photometric == YCBCR && samples == 3;
    }

    /** Whether its pixels are one number each, of more than 8 bits. */
    boolean isDeepGrey() {
        return (photometric == WHITE_IS_ZERO || photometric == BLACK_IS_ZERO) && samples == 1 && bits > 8;
    }

    /** Whether Pillow can read it. */
    private boolean isRead(long[] extras) {
        for (int i = 1; i < extras.length; i++) if (extras[i] != UNKNOWN) return false;
        if (samples > 1 && (format != 1 || reversed && !(photometric == RGB && bits == 8 && samples == 3)))
            return false;
        return switch (photometric) {
            case WHITE_IS_ZERO, BLACK_IS_ZERO -> extras.length == 0 ? isGrey() : isGreyAndMore();
            case RGB -> (bits == 8 || bits == 16) && isRgb(extras.length);
            case PALETTE -> isPalette(extras.length);
            case CMYK ->
                samples == 4 + extras.length && extra <= UNKNOWN && (bits == 8 || bits == 16 && extras.length == 0);
            case YCBCR -> bits == 8 && extras.length == 0 && (samples == 1 || samples == 3) && format == 1 && !reversed;
            case LAB -> bits == 8 && extras.length == 0 && samples == 3;
            default -> false;
        };
    }

    private boolean isGrey() {
        if (samples != 1) return false;
        boolean blackIsZero = photometric == BLACK_IS_ZERO;
        return switch (bits) {
            case 1, 2, 4 -> format == 1;
            case 8 -> format == 1 || format == 2 && blackIsZero && !reversed;
            case 12 -> format == 1 && littleEndian && blackIsZero && !reversed;
            case 16 ->
                format == 1
                        ? blackIsZero && (littleEndian || !reversed) || littleEndian && !reversed
                        : format == 2 && blackIsZero && !reversed;
            case 32 -> !reversed && (format == 3 || blackIsZero && (format == 2 || format == 1 && littleEndian));
            default -> false;
        };
    }

    private boolean isGreyAndMore() {
        return samples == 2 && bits == 8 && photometric == BLACK_IS_ZERO && (extra == UNKNOWN || extra == ALPHA);
    }

    private boolean isRgb(int extras) {
        if (extras == 0) return samples == 3 || samples == 4;
        boolean known = Set.of(UNKNOWN, PREMULTIPLIED, ALPHA).contains(extra)
                || extra == COREL_ALPHA && bits == 8 && samples == 4;
        return known && samples == 3 + extras && samples <= (bits == 8 ? 6 : 4);
    }

    private boolean isPalette(int extras) {
        if (format != 1) return false;
        if (extras == 1) return samples == 2 && bits == 8 && (extra == UNKNOWN || extra == ALPHA);
        return extras == 0 && samples == 1 && (bits == 1 || bits == 2 || bits == 4 || bits == 8);
    }
}
