package dev.graft.image.codec;

import java.util.List;

/** BMP: decoded in Java with Pillow's rules for headers, masks, palettes and the start of rows. */
final class BmpFile implements PictureFile {
    private static final int RAW = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BITFIELDS = 3;

    private final Bytes file;
    private final long width;
    private final long height;
    private final boolean topDown;
    private final int bits;
    private final long compression;
    private byte[] palette = {};
    private int paletteStep;
    /**
     * Whether the palette is plain grey, or black and white. Pillow then uses the indices as grey, or the bits as black
     * and white.
     */
    private boolean greyRamp;

    private boolean blackAndWhite;
    /** For 16 bits: the shifts of red, green and blue in the pixel. For 24 and 32 bits: their byte positions. */
    private int[] places;

    private boolean sixBitGreen;
    private long data;

    BmpFile(Bytes file) throws Refusal {
        this.file = file;
        long header = file.le32(14);
        boolean os2 = header == 12;
        if (!List.of(12L, 40L, 52L, 56L, 64L, 108L, 124L).contains(header))
            throw Refusal.unsupported("BMP", "a header of " + header + " bytes");
        file.need(14, header);
        topDown = !os2 && file.u8(25) == 0xff;
        width = os2 ? file.le16(18) : file.le32(18);
        height = os2 ? file.le16(20) : topDown ? (1L << 32) - file.le32(22) : file.le32(22);
        bits = file.le16(os2 ? 24 : 28);
        compression = os2 ? RAW : file.le32(30);
        long colours = os2 ? 0 : file.le32(46);
        long at = 14 + header;
        data = file.le32(10);
        places = bits == 16 ? new int[] {10, 5, 0} : new int[] {2, 1, 0};

        if (!List.of(1, 4, 8, 16, 24, 32).contains(bits)) throw Refusal.unsupported("BMP", bits + " bits per pixel");
        if (compression == BITFIELDS) {
            masks(header == 40 ? at : 54, header);
            if (header == 40) at += 12;
        } else if (compression != RAW && !((compression == RLE8 || compression == RLE4) && bits <= 8))
            throw Refusal.unsupported("BMP", "compression " + compression);
        if (bits <= 8) palette(at, os2 ? 3 : 4, colours == 0 ? 1 << bits : colours);
        if (data == 14 + header && bits <= 8) data += palette.length;
        if (data == 0) data = at + palette.length;
    }

    private void masks(long at, long header) throws Refusal {
        long red = file.le32(at);
        long green = file.le32(at + 4);
        long blue = file.le32(at + 8);
        long alpha = header >= 56 ? file.le32(at + 12) : 0;
        String layout = bits + ":" + Long.toHexString(red) + "," + Long.toHexString(green) + ","
                + Long.toHexString(blue) + (bits == 32 ? "," + Long.toHexString(alpha) : "");
        places = switch (layout) {
            case "32:ff0000,ff00,ff,0", "32:ff0000,ff00,ff,ff000000", "32:0,0,0,0", "24:ff0000,ff00,ff" ->
                new int[] {2, 1, 0};
            case "32:ff000000,ff0000,ff00,0", "32:ff000000,ff0000,ff00,ff" -> new int[] {3, 2, 1};
            case "32:ff000000,ff00,ff,0", "32:ff000000,ff00,ff,ff0000" -> new int[] {3, 1, 0};
            case "32:ff,ff00,ff0000,ff000000" -> new int[] {0, 1, 2};
            case "16:f800,7e0,1f" -> new int[] {11, 5, 0};
            case "16:7c00,3e0,1f" -> new int[] {10, 5, 0};
            default -> throw Refusal.unsupported("BMP", "bit fields " + layout);
        };
        sixBitGreen = bits == 16 && places[0] == 11;
    }

    private void palette(long at, int step, long colours) throws Refusal {
        if (colours > 256) throw Refusal.damaged("BMP", "a palette of " + colours + " colours");
        palette = file.copy(at, (int) (step * colours));
        paletteStep = step;
        blackAndWhite = colours <= 2 && isGrey(0, 0) && (colours == 1 || isGrey(1, 255));
        greyRamp = colours > 2;
        for (int i = 0; i < colours; i++) greyRamp &= isGrey(i, i);
    }

    private boolean isGrey(int colour, int value) {
        for (int c = 0; c < 3; c++) if ((palette[colour * paletteStep + c] & 255) != value) return false;
        return true;
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
        return 1;
    }

    @Override
    public String colours() {
        if (bits > 8) return "RGB";
        return blackAndWhite ? "black and white" : greyRamp ? "grey" : "palette";
    }

    @Override
    public Raster pixels() throws Refusal {
        int w = (int) width;
        int h = (int) height;
        if (compression == RLE8 || compression == RLE4)
            try (NativeBytes indices = NativeBytes.of(width * height)) {
                new BmpRle(file, data, compression == RLE4).decode(indices.bytes(), w);
                return pixels(w, h, (y, row) -> indices.bytes().get(y * w, row), w);
            }
        long stride = (width * bits + 31) / 32 * 4;
        int used = (int) ((width * bits + 7) / 8);
        file.need(data, stride * (height - 1) + used);
        return pixels(w, h, (y, row) -> file.get(data + y * stride, row, used), used);
    }

    /** Returns the rows in the order of the file. */
    private interface Rows {
        void get(int y, byte[] row) throws Refusal;
    }

    private Raster pixels(int w, int h, Rows rows, int rowLength) throws Refusal {
        byte[] stored = new byte[rowLength];
        byte[] rgb = new byte[3 * w];
        return Raster.painted(w, h, picture -> {
            for (int y = 0; y < h; y++) {
                rows.get(y, stored);
                for (int x = 0; x < w; x++) pixel(stored, x, rgb);
                picture.put(topDown ? y : h - 1 - y, rgb);
            }
        });
    }

    private void pixel(byte[] stored, int x, byte[] rgb) {
        if (compression == RLE8 || compression == RLE4) {
            indexed(stored[x] & 255, rgb, x);
            return;
        }
        if (blackAndWhite) {
            for (int c = 0; c < 3; c++) rgb[3 * x + c] = (byte) -(stored[x / 8] >> 7 - x % 8 & 1);
            return;
        }
        if (bits <= 8) {
            int perByte = 8 / bits;
            int shift = 8 - bits * (x % perByte + 1);
            indexed((stored[x / perByte] & 255) >> shift & (1 << bits) - 1, rgb, x);
            return;
        }
        int at = x * (bits / 8);
        int value = bits == 16 ? stored[at] & 255 | (stored[at + 1] & 255) << 8 : 0;
        for (int c = 0; c < 3; c++) {
            int most = sixBitGreen && c == 1 ? 63 : 31;
            int place = places[c];
            rgb[3 * x + c] = bits == 16 ? (byte) ((value >> place & most) * 255 / most) : stored[at + place];
        }
    }

    private void indexed(int index, byte[] rgb, int pixel) {
        for (int c = 0; c < 3; c++) {
            int at = index * paletteStep + 2 - c;
            rgb[3 * pixel + c] = greyRamp ? (byte) index : at < palette.length ? palette[at] : 0;
        }
    }
}
