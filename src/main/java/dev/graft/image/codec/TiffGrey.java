package dev.graft.image.codec;

/** Grey samples of 1 to 32 bits. Values of more than 8 bits are clipped at 255, as in Pillow. */
record TiffGrey(TiffKind kind) implements TiffColours {
    @Override
    public void row(byte[] stored, int pixels, byte[] rgb) {
        for (int x = 0; x < pixels; x++) {
            int value = sample(stored, x * kind.samples());
            for (int c = 0; c < 3; c++) rgb[3 * x + c] = (byte) value;
        }
    }

    private int sample(byte[] stored, int i) {
        return switch (kind.bits()) {
            case 12 -> clipped(twelve(stored, i));
            case 16 -> clipped(kind.format() == 2 ? (short) whole(stored, 2 * i, 2) : whole(stored, 2 * i, 2));
            case 32 ->
                clipped(
                        kind.format() == 3
                                ? (int) Float.intBitsToFloat(whole(stored, 4 * i, 4))
                                : whole(stored, 4 * i, 4));
            default -> small(stored, i);
        };
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
