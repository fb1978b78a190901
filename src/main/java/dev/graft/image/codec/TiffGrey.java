package dev.graft.image.codec;

/** Grey samples of 1 to 32 bits. Values of more than 8 bits are clipped at 255, as in Pillow. */
record TiffGrey(TiffKind kind) implements TiffColours {
    static final int SIGNED = 2;
    static final int FLOAT = 3;

    @Override
    public void row(byte[] stored, int pixels, byte[] rgb) {
        for (int x = 0; x < pixels; x++) {
            int value = sample(stored, x * kind.samples());
            for (int c = 0; c < 3; c++) rgb[3 * x + c] = (byte) value;
        }
    }

    private int sample(byte[] stored, int i) {
        if (kind.bits() <= 8) return small(stored, i);
        int bits = bits(stored, i);
        return clipped(kind.format() == FLOAT ? (int) Float.intBitsToFloat(bits) : bits);
    }

    /** A sample of more than 8 bits, as an integer; of a float, its bits. */
    int bits(byte[] stored, int i) {
        return switch (kind.bits()) {
            case 12 -> twelve(stored, i);
            case 16 -> kind.format() == SIGNED ? (short) whole(stored, 2 * i, 2) : whole(stored, 2 * i, 2);
            default -> whole(stored, 4 * i, 4);
        };
    }

    /** All samples of a picture of more than 8 bits. Floats that are not finite are refused. The caller closes the result. */
    GreyValues values(TiffPainter painter, TiffLayout layout) throws Refusal {
        double all = Math.scalb(1.0, kind.bits());
        GreyValues.Painter copy = values -> painter.walk((y, x, stored, pixels) -> {
            for (int i = 0; i < pixels; i++) values.put(y * layout.width() + x + i, finite(bits(stored, i)));
        });
        return switch (kind.format()) {
            case SIGNED -> of(layout, GreyValues.Type.SIGNED, -all / 2, all / 2 - 1, copy);
            case FLOAT -> of(layout, GreyValues.Type.FLOAT, Double.NaN, Double.NaN, copy);
            default -> of(layout, GreyValues.Type.UNSIGNED, 0, all - 1, copy);
        };
    }

    private GreyValues of(TiffLayout layout, GreyValues.Type type, double least, double most, GreyValues.Painter copy)
            throws Refusal {
        boolean whiteIsZero = kind.photometric() == TiffKind.WHITE_IS_ZERO;
        return GreyValues.of(layout.width(), layout.height(), type, least, most, whiteIsZero, copy);
    }

    private int finite(int bits) throws Refusal {
        if (kind.format() == FLOAT && !Float.isFinite(Float.intBitsToFloat(bits)))
            throw Refusal.of("has values that are not finite", "numbers where grey values are scaled", "mend it");
        return bits;
    }

    private int small(byte[] stored, int i) {
        int bits = kind.bits();
        int most = (1 << bits) - 1;
        int value = stored[i * bits / 8] >> 8 - bits - i * bits % 8 & most;
        return (kind.photometric() == TiffKind.WHITE_IS_ZERO ? most - value : value) * 255 / most;
    }

    private static int twelve(byte[] stored, int i) {
        int at = i * 3 / 2;
        int two = (stored[at] & 255) << 8 | stored[at + 1] & 255;
        return i % 2 == 0 ? two >> 4 : two & 0xfff;
    }

    private int whole(byte[] stored, int at, int size) {
        int value = 0;
        for (int i = 0; i < size; i++)
            value = value << 8 | stored[kind.littleEndian() ? at + size - 1 - i : at + i] & 255;
        return value;
    }

    private static int clipped(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
