package dev.graft.image.codec;

/** Converts a row of TIFF samples to RGB, with Pillow's arithmetic. */
interface TiffColours {
    int COLOUR_MAP = 320;

    /** Converts the first {@code pixels} pixels of a row. */
    void row(byte[] stored, int pixels, byte[] rgb);

    /** The conversion for a kind; JPEG's YCbCr is already RGB. */
    static TiffColours of(TiffKind kind, TiffDirectory tags, boolean jpeg) throws Refusal {
        int size = kind.bits() / 8;
        int high = kind.bits() == 16 && kind.littleEndian() ? 1 : 0; // of 16 bits, the upper 8 are used
        return switch (kind.photometric()) {
            case TiffKind.RGB -> new Rgb(size, kind.samples(), high, kind.extra() == TiffKind.PREMULTIPLIED);
            case TiffKind.PALETTE -> palette(kind, tags);
            case TiffKind.CMYK -> new Cmyk(size, kind.samples(), high);
            case TiffKind.YCBCR ->
                kind.samples() == 1 ? new TiffGrey(kind) : jpeg ? new Rgb(1, 3, 0, false) : TiffColours::yCbCr;
            case TiffKind.LAB -> throw Refusal.unsupported("TIFF", "CIE Lab");
            default -> new TiffGrey(kind);
        };
    }

    /** Red, green, blue and possibly more. Colours that were multiplied by alpha are divided by it. */
    record Rgb(int size, int samples, int high, boolean premultiplied) implements TiffColours {
        @Override
        public void row(byte[] stored, int pixels, byte[] rgb) {
            if (samples * size == 3) {
                System.arraycopy(stored, 0, rgb, 0, 3 * pixels);
                return;
            }
            for (int x = 0, at = high, to = 0; x < pixels; x++, at += samples * size, to += 3) {
                int alpha = premultiplied ? stored[at + 3 * size] & 255 : 255;
                for (int c = 0; c < 3; c++) {
                    int value = stored[at + c * size] & 255;
                    if (alpha < 255) value = alpha == 0 ? 0 : Math.min(255, 255 * value / alpha);
                    rgb[to + c] = (byte) value;
                }
            }
        }
    }

    /** Cyan, magenta, yellow, black and possibly more. */
    record Cmyk(int size, int samples, int high) implements TiffColours {
        @Override
        public void row(byte[] stored, int pixels, byte[] rgb) {
            for (int x = 0, at = high, to = 0; x < pixels; x++, at += samples * size, to += 3) {
                int white = 255 - (stored[at + 3 * size] & 255);
                for (int c = 0; c < 3; c++) {
                    int product = (stored[at + c * size] & 255) * white + 128;
                    rgb[to + c] = (byte) Math.max(0, white - (product + (product >> 8) >> 8)); // by 255, rounded
                }
            }
        }
    }

    private static TiffColours palette(TiffKind kind, TiffDirectory tags) throws Refusal {
        int colours = 1 << kind.bits();
        int there = (int) Math.min(colours, tags.count(COLOUR_MAP) / 3); // missing colours are black
        if (there == 0) throw Refusal.damaged("TIFF", "a palette without colours");
        byte[] map = new byte[3 * colours];
        for (int i = 0; i < 3 * there; i++) map[i % there * 3 + i / there] = (byte) (tags.value(COLOUR_MAP, i, 0) >> 8);
        int perByte = Math.max(1, 8 / kind.bits());
        return (stored, pixels, rgb) -> {
            for (int x = 0; x < pixels; x++) {
                int octet = stored[x / perByte * kind.samples()] & 255;
                int index = octet >> 8 - kind.bits() * (x % perByte + 1) & colours - 1;
                System.arraycopy(map, 3 * index, rgb, 3 * x, 3);
            }
        };
    }

    /** ITU-R BT.601 with full range, in steps of 1/64. */
    private static void yCbCr(byte[] stored, int pixels, byte[] rgb) {
        for (int i = 0; i < 3 * pixels; i += 3) {
            int y = stored[i] & 255;
            int cb = (stored[i + 1] & 255) - 128;
            int cr = (stored[i + 2] & 255) - 128;
            rgb[i] = clipped(y + (scaled(1.402, cr) >> 6));
            rgb[i + 1] = clipped(y + (scaled(-0.34414, cb) + scaled(-0.71414, cr) >> 6));
            rgb[i + 2] = clipped(y + (scaled(1.772, cb) >> 6));
        }
    }

    private static int scaled(double factor, int chroma) {
        return (int) (factor * 64 * chroma + 0.5);
    }

    private static byte clipped(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
