package dev.graft.cli;

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

    /** A count and its noun, such as 1 file or 2 files. */
    static String count(long n, String noun) {
        return count(n) + " " + noun + (n == 1 ? "" : "s");
    }

    /** A count with commas between thousands. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }
}
