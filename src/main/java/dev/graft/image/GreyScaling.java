package dev.graft.image;

import java.util.Locale;

/**
 * How the values of grey pictures become 8 bits, which is where a picture of more than 8 bits loses most. It is done
 * first: stored values, scaled to 0..255 and rounded, then turned as EXIF says, resized and normalised.
 *
 * <p>All but {@link #NONE} choose two values, {@code low} and {@code high}. With {@code v} as stored, in double precision:
 *
 * <pre>
 * v &lt;= low: 0     v &gt; high: 255     else: rint((v - low) / (high - low) * 255), halves to even
 * </pre>
 *
 * which is DICOM's function LINEAR_EXACT. If {@code high} is {@code low}, only the first two lines apply. Where small
 * values are bright (TIFF's WhiteIsZero, DICOM's MONOCHROME1), the result is subtracted from 255 afterwards, so {@code low}
 * and {@code high} always are values as the file has them.
 *
 * <ul>
 *   <li>Grey of more than 8 bits: PNG of 16 bits, also with alpha, which is dropped; TIFF of 12, 16 and 32 bits, unsigned,
 *       signed and float; PGM of more than 8 bits, with its values as stored.
 *   <li>Grey of up to 8 bits, and colour pictures whose pixels all are grey: the values 0..255 of their 8-bit RGB. {@link
 *       Full} leaves them as they are; a {@link Window} that is not within 0..255 cannot mean them, so they are refused.
 *   <li>Other pictures are refused, except by {@link Full}, which leaves them as they are.
 * </ul>
 *
 * Immutable and thread-safe.
 */
public sealed interface GreyScaling {
    /** No scaling: 16-bit values above 255 become 255, as in Pillow. */
    GreyScaling NONE = new None();

    /** The numbers in words, as {@link #of} reads them. */
    String text();

    /** See {@link GreyScaling#NONE}. */
    record None() implements GreyScaling {
        @Override
        public String text() {
            return "none";
        }
    }

    /**
     * {@code low} is {@code centre - width / 2}, {@code high} is {@code centre + width / 2}: DICOM's Window Center and Window
     * Width.
     *
     * @param centre in units of the stored values; finite
     * @param width in units of the stored values; more than 0
     */
    record Window(double centre, double width) implements GreyScaling {
        /** Checks the ranges. */
        public Window {
            if (!(width > 0) || !Double.isFinite(Math.abs(centre) + width))
                throw new IllegalArgumentException(
                        "window: centre must be a number and width more than 0, were " + centre + " and " + width);
        }

        double low() {
            return centre - width / 2;
        }

        double high() {
            return centre + width / 2;
        }

        @Override
        public String text() {
            return "window:" + number(centre) + "," + number(width);
        }
    }

    /**
     * {@code low} and {@code high} are percentiles of the picture's own values, equal to NumPy's {@code percentile} with its
     * linear interpolation. They are those of the whole picture, also where a view of it is cut. A picture of one value
     * becomes black.
     *
     * @param low 0 to 100
     * @param high more than {@code low}, to 100
     */
    record Percentile(double low, double high) implements GreyScaling {
        /** Checks the ranges. */
        public Percentile {
            if (!(low >= 0 && low < high && high <= 100))
                throw new IllegalArgumentException(
                        "percentile: must be 0 <= low < high <= 100, were " + low + " and " + high);
        }

        @Override
        public String text() {
            return "percentile:" + number(low) + "," + number(high);
        }
    }

    /**
     * {@code low} and {@code high} are the smallest and the greatest value that can be stored, such as 0 and 65535. A TIFF
     * of floats has no such range and is refused.
     */
    record Full() implements GreyScaling {
        @Override
        public String text() {
            return "full";
        }
    }

    /**
     * Reads {@code none}, {@code full}, {@code window:CENTRE,WIDTH} or {@code percentile:LOW,HIGH}.
     *
     * @throws IllegalArgumentException for another text, or numbers out of range
     */
    static GreyScaling of(String text) {
        String[] parts = text.strip().toLowerCase(Locale.ROOT).split(":", 2);
        if (parts.length == 1 && parts[0].equals("none")) return NONE;
        if (parts.length == 1 && parts[0].equals("full")) return new Full();
        String[] numbers = parts.length == 2 ? parts[1].split(",", -1) : new String[0];
        try {
            if (numbers.length == 2 && parts[0].equals("window"))
                return new Window(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
            if (numbers.length == 2 && parts[0].equals("percentile"))
                return new Percentile(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
        } catch (NumberFormatException e) {
            throw unknown(text);
        }
        throw unknown(text);
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("'" + text + "' is not there; there are: window:CENTRE,WIDTH such as"
                + " window:40,400, percentile:LOW,HIGH such as percentile:0.5,99.5, full, none");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
