package dev.graft.explain;

/**
 * Colours from dark violet over red to light yellow. They are computed in Oklab (Ottosson, 2020), where equal steps look equal: the
 * lightness rises evenly from 0.25 to 0.95, and the hue turns evenly from 300 to 465 degrees. The colourfulness is what the lightness
 * allows within sRGB, at most 0.2. So more heat is always lighter, also for the colour-blind and in print.
 */
final class HeatColours {
    private static final int STEPS = 256;
    private static final byte[] TABLE = table();

    private HeatColours() {}

    /** A channel (0 red, 1 green, 2 blue) of the colour of a heat of 0..1, as 0..255. */
    static int channel(float heat, int channel) {
        int step = Math.round(Math.max(0, Math.min(1, heat)) * (STEPS - 1));
        return TABLE[3 * step + channel] & 255;
    }

    private static byte[] table() {
        byte[] table = new byte[3 * STEPS];
        for (int i = 0; i < STEPS; i++) {
            double t = i / (STEPS - 1.0);
            double[] rgb = colour(0.25 + 0.7 * t, Math.toRadians(300 + 165 * t));
            for (int c = 0; c < 3; c++) table[3 * i + c] = (byte) Math.round(255 * encoded(rgb[c]));
        }
        return table;
    }

    /** Linear RGB, as colourful as possible. */
    private static double[] colour(double lightness, double hue) {
        double[] rgb = null;
        for (double chroma = 0.2; rgb == null; chroma -= 0.002) {
            double[] tried = linear(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
            boolean fits = true;
            for (double v : tried) fits &= v >= -1e-6 && v <= 1 + 1e-6;
            if (fits || chroma <= 0) rgb = tried;
        }
        return rgb;
    }

    /** Oklab to linear RGB, with Ottosson's matrices. */
    private static double[] linear(double lightness, double a, double b) {
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return new double[] {
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
        };
    }

    private static double cube(double x) {
        return x * x * x;
    }

    /** The transfer function of sRGB (IEC 61966-2-1). */
    private static double encoded(double linear) {
        double v = Math.max(0, Math.min(1, linear));
        return v <= 0.0031308 ? 12.92 * v : 1.055 * Math.pow(v, 1 / 2.4) - 0.055;
    }
}
