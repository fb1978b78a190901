package dev.graft.image;

import dev.graft.image.codec.GreyValues;
import dev.graft.image.codec.PictureFile;
import dev.graft.image.codec.Raster;
import dev.graft.image.codec.Refusal;
import java.util.Optional;

/** Decodes pictures to 8-bit RGB, with the grey values scaled as {@link GreyScaling} says. Thread-safe. */
record GreyDecoder(GreyScaling scaling) {
    private static final int LEVELS = 256;

    /** Whether it changes nothing. */
    boolean isIdle() {
        return scaling instanceof GreyScaling.None;
    }

    /**
     * The picture; the caller closes it.
     *
     * @param divisor of the sides; always 1 unless idle
     */
    Raster decode(PictureFile file, int divisor) throws Refusal {
        if (isIdle()) return file.pixels(divisor);
        Optional<Raster> deep = file.grey(this::scaled);
        return deep.isPresent() ? deep.get() : scaled(file.pixels(1));
    }

    private Raster scaled(GreyValues values) throws Refusal {
        GreyRange range = GreyRange.of(scaling, values.least(), values.most(), values.count(), values::sortedAt);
        int inverted = values.whiteIsZero() ? LEVELS - 1 : 0;
        double[] row = new double[values.width()];
        byte[] rgb = new byte[3 * row.length];
        return Raster.painted(values.width(), values.height(), picture -> {
            for (int y = 0; y < values.height(); y++) {
                values.row(y, row);
                for (int x = 0; x < row.length; x++) {
                    byte level = (byte) (range.toByte(row[x]) ^ inverted); // 255 - n is n ^ 255
                    for (int c = 0; c < 3; c++) rgb[3 * x + c] = level;
                }
                picture.put(y, rgb);
            }
        });
    }

    /** A picture of 8 bits; the result replaces it, and it is closed. */
    Raster scaled(Raster picture) throws Refusal {
        if (isIdle() || scaling instanceof GreyScaling.Full) return picture;
        try (picture) {
            int[] counts = counts(picture);
            requireMeant();
            int pixels = picture.width() * picture.height();
            GreyRange range = GreyRange.of(scaling, 0, LEVELS - 1, pixels, ranks -> sortedAt(counts, ranks));
            byte[] levels = new byte[LEVELS];
            for (int v = 0; v < LEVELS; v++) levels[v] = (byte) range.toByte(v);
            byte[] row = new byte[3 * picture.width()];
            return Raster.painted(picture.width(), picture.height(), result -> {
                for (int y = 0; y < picture.height(); y++) {
                    picture.get(y, row);
                    for (int i = 0; i < row.length; i++) row[i] = levels[row[i] & 255];
                    result.put(y, row);
                }
            });
        }
    }

    /** How often each value occurs in a picture of three equal channels; others are refused. */
    private int[] counts(Raster picture) throws Refusal {
        int[] counts = new int[LEVELS];
        byte[] row = new byte[3 * picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            picture.get(y, row);
            for (int i = 0; i < row.length; i += 3) {
                if (row[i] != row[i + 1] || row[i] != row[i + 2])
                    throw Refusal.of(
                            "is a colour picture",
                            "grey pictures, as the grey values are scaled (" + scaling.text() + ")",
                            "make it grey or remove it");
                counts[row[i] & 255]++;
            }
        }
        return counts;
    }

    private void requireMeant() throws Refusal {
        if (scaling instanceof GreyScaling.Window w && (w.low() < 0 || w.high() > LEVELS - 1))
            throw Refusal.of(
                    "has values of 8 bits, 0 to 255",
                    "values for which the window from " + w.low() + " to " + w.high() + " is meant",
                    "give the original with more bits, or scale by percentiles");
    }

    private static double[] sortedAt(int[] counts, int... ranks) {
        double[] values = new double[ranks.length];
        for (int r = 0; r < ranks.length; r++)
            for (int left = ranks[r]; left >= counts[(int) values[r]]; values[r]++) left -= counts[(int) values[r]];
        return values;
    }
}
