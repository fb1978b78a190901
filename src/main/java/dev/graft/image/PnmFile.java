package dev.graft.image;

/** PBM, PGM and PPM, plain and raw: decoded in Java with Pillow's scaling; deep grey is clipped at 255, as Pillow does. */
final class PnmFile implements PictureFile {
    private static final String SPACE = " \t\n\u000b\f\r";

    private final Bytes file;
    private final int kind;
    private final long width;
    private final long height;
    private final int most;
    private int at = 2;

    PnmFile(Bytes file) throws Refusal {
        this.file = file;
        kind = file.u8(1) - '0';
        width = number();
        height = number();
        most = kind == 1 || kind == 4 ? 1 : (int) number();
        if (most < 1 || most > 65_535) throw Refusal.damaged("PNM", "a greatest value of " + most);
    }

    static boolean isPnm(byte[] data) {
        return data.length > 2
                && data[0] == 'P'
                && data[1] >= '1'
                && data[1] <= '6'
                && (SPACE.indexOf(data[2]) >= 0 || data[2] == '#');
    }

    /** The next whole number, and one byte of white space behind it. */
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
    public Raster pixels(Scratch scratch) throws Refusal {
        int channels = kind == 3 || kind == 6 ? 3 : 1;
        long samples = width * height * channels;
        boolean deep = most > 255;
        if (kind == 4) file.need(at, (width + 7) / 8 * height);
        else file.need(at, kind > 4 && deep ? 2 * samples : kind == 1 ? samples : kind > 4 ? samples : 2 * samples - 1);
        byte[] rgb = scratch.pixels(3 * width * height);
        int to = 0;
        int start = at;
        for (int i = 0; i < samples; i++) {
            int value = sample(start, i, deep);
            if (value > most && kind < 4) throw Refusal.damaged("PNM", value + " where " + most + " is the most");
            byte scaled = (byte)
                    (most == 1 && channels == 1 && (kind == 1 || kind == 4)
                            ? 255 * (1 - value)
                            : scale(value, channels == 1 && deep));
            rgb[to++] = scaled;
            if (channels == 1) {
                rgb[to++] = scaled;
                rgb[to++] = scaled;
            }
        }
        return new Raster((int) width, (int) height, rgb);
    }

    private int sample(int start, int i, boolean deep) throws Refusal {
        return switch (kind) {
            case 1 -> bit();
            case 2, 3 -> (int) number();
            case 4 -> {
                int x = (int) (i % width);
                yield file.u8(start + i / width * ((width + 7) / 8) + x / 8) >> 7 - x % 8 & 1;
            }
            default -> deep ? file.be16(start + 2L * i) : file.u8(start + (long) i);
        };
    }

    private int bit() throws Refusal {
        skipSpace();
        int bit = file.u8(at++) - '0';
        if (bit != 0 && bit != 1) throw Refusal.damaged("PNM", "no bit at byte " + (at - 1));
        return bit;
    }

    /** To 0..255, a half going to the even number; deep grey to 0..65535 first, of which only 255 are kept. */
    private int scale(int value, boolean deepGrey) {
        if (most == 255) return value;
        return (int) Math.min(255, Math.rint((double) value / most * (deepGrey ? 65_535 : 255)));
    }
}
