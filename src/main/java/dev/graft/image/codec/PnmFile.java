package dev.graft.image.codec;

import java.nio.IntBuffer;
import java.util.Optional;

/**
 * PBM, PGM and PPM, plain and raw. Decoded in Java with Pillow's scaling. Grey of more than 8 bits is clipped at 255, as
 * in Pillow.
 */
final class PnmFile implements PictureFile {
    private static final String SPACE = " \t\n\u000b\f\r";

    private final Bytes file;
    private final int kind;
    private final long width;
    private final long height;
    private final int most;
    private long at = 2;

    PnmFile(Bytes file) throws Refusal {
        this.file = file;
        kind = file.u8(1) - '0';
        width = number();
        height = number();
        long greatest = kind == 1 || kind == 4 ? 1 : number();
        if (greatest < 1 || greatest > 65_535) throw Refusal.damaged("PNM", "a greatest value of " + greatest);
        most = (int) greatest;
    }

    static boolean isPnm(Bytes file) throws Refusal {
        return file.length() > 2
                && file.u8(0) == 'P'
                && file.u8(1) >= '1'
                && file.u8(1) <= '6'
                && (SPACE.indexOf(file.u8(2)) >= 0 || file.u8(2) == '#');
    }

    /** Reads the next integer and one byte of white space after it. */
    private long number() throws Refusal {
        skipSpace();
        long value = 0;
        int digits = 0;
        while (at < file.length() && SPACE.indexOf(file.u8(at)) < 0 && file.u8(at) != '#') {
            int digit = file.u8(at++) - '0';
            if (digit < 0 || digit > 9 || ++digits > 10) throw Refusal.damaged("PNM", "no number at byte " + (at - 1));
            value = 10 * value + digit;
        }
        if (digits == 0) throw Refusal.truncated("PNM", "no number at its end");
        if (at < file.length() && file.u8(at) != '#') at++;
        return value;
    }

    private void skipSpace() throws Refusal {
        while (SPACE.indexOf(file.u8(at)) >= 0 || file.u8(at) == '#')
            if (file.u8(at++) == '#') while (file.u8(at) != '\n' && file.u8(at) != '\r') at++;
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
        String kind = channels() == 3 ? "RGB" : most == 1 ? "black and white" : "grey";
        return most > 255 ? kind + ", 16 bits" : kind;
    }

    @Override
    public Raster pixels() throws Refusal {
        checkLength();
        return Raster.painted((int) width, (int) height, kind > 3 ? this::raw : this::plain);
    }

    @Override
    public Optional<Raster> grey(GreyMap map) throws Refusal {
        if (channels() == 3 || most <= 255) return Optional.empty();
        checkLength();
        try (GreyValues values =
                GreyValues.unsigned((int) width, (int) height, most, kind == 5 ? this::rawGrey : this::plainGrey)) {
            return Optional.of(map.map(values));
        }
    }

    private void rawGrey(IntBuffer values) throws Refusal {
        byte[] stored = new byte[(int) rowLength()];
        for (int y = 0; y < height; y++) {
            file.get(at + y * rowLength(), stored, stored.length);
            for (int x = 0; x < width; x++) values.put(sample(stored, x));
        }
    }

    private void plainGrey(IntBuffer values) throws Refusal {
        while (values.hasRemaining()) values.put(atMost(number()));
    }

    private void checkLength() throws Refusal {
        long samples = width * height * channels();
        if (kind > 3) file.need(at, rowLength() * height);
        else file.need(at, kind == 1 ? samples : 2 * samples - 1);
    }

    private int channels() {
        return kind == 3 || kind == 6 ? 3 : 1;
    }

    /** The size of a row in the raw formats, in bytes. */
    private long rowLength() {
        return kind == 4 ? (width + 7) / 8 : width * channels() * (most > 255 ? 2 : 1);
    }

    private void raw(Raster picture) throws Refusal {
        byte[] stored = new byte[(int) rowLength()];
        byte[] rgb = new byte[3 * picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            file.get(at + y * rowLength(), stored, stored.length);
            if (kind == 6 && most == 255) picture.put(y, stored);
            else {
                for (int i = 0; i < picture.width() * channels(); i++) put(sample(stored, i), i, rgb);
                picture.put(y, rgb);
            }
        }
    }

    private int sample(byte[] stored, int i) {
        if (kind == 4) return stored[i / 8] >> 7 - i % 8 & 1;
        return most > 255 ? (stored[2 * i] & 255) << 8 | stored[2 * i + 1] & 255 : stored[i] & 255;
    }

    private void plain(Raster picture) throws Refusal {
        byte[] rgb = new byte[3 * picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            for (int i = 0; i < picture.width() * channels(); i++) put(kind == 1 ? bit() : atMost(number()), i, rgb);
            picture.put(y, rgb);
        }
    }

    private void put(int value, int i, byte[] rgb) throws Refusal {
        byte scaled = (byte) (kind == 1 || kind == 4 ? 255 * (1 - value) : scale(kind < 4 ? atMost(value) : value));
        if (channels() == 3) rgb[i] = scaled;
        else for (int c = 0; c < 3; c++) rgb[3 * i + c] = scaled;
    }

    /** Also of numbers that no int holds. */
    private int atMost(long value) throws Refusal {
        if (value > most) throw Refusal.damaged("PNM", value + " where " + most + " is the most");
        return (int) value;
    }

    private int bit() throws Refusal {
        skipSpace();
        int bit = file.u8(at++) - '0';
        if (bit != 0 && bit != 1) throw Refusal.damaged("PNM", "no bit at byte " + (at - 1));
        return bit;
    }

    /**
     * Scales a value to 0..255, with halves rounded to even. Grey of more than 8 bits is scaled to 0..65535 first and
     * then clipped at 255.
     */
    private int scale(int value) {
        if (most == 255) return value;
        boolean deepGrey = channels() == 1 && most > 255;
        return (int) Math.min(255, Math.rint((double) value / most * (deepGrey ? 65_535 : 255)));
    }
}
