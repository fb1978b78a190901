package dev.graft.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people. */
final class Units {
    private static final String[] NAMES = {"KiB", "MiB", "GiB", "TiB"};

    private Units() {}

    /** A size, such as 44.7 MiB. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = -1;
        while (size >= 1024 && unit + 1 < NAMES.length) {
            size /= 1024;
            unit++;
        }
        return unit < 0 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", size, NAMES[unit]);
    }

    /** A learning rate with at most three digits, such as 0.0001 or 9e-05. */
    static String rate(double rate) {
        BigDecimal rounded = new BigDecimal(rate, new MathContext(3)).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < 6) return rounded.toPlainString();
        return String.format(
                Locale.ROOT, "%se%+03d", rounded.scaleByPowerOfTen(-exponent).toPlainString(), exponent);
    }

    /** A count and its noun, such as 1 file or 2 files. */
    static String count(long n, String noun) {
        return count(n) + " " + noun + (n == 1 ? "" : "s");
    }

    /** A count with commas between thousands. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }
}
