package dev.graft.report.html;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Numbers and commands as a reader likes them. */
final class Text {
    private static final String NONE = "–";
    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB"};

    private Text() {}

    /** A fraction in percent. */
    static String percent(double fraction, int digits) {
        return Double.isNaN(fraction) ? NONE : format("%." + digits + "f%%", 100 * fraction);
    }

    /** A fraction in percent with two digits. */
    static String percent(double fraction) {
        return percent(fraction, 2);
    }

    static String number(double value, int digits) {
        return Double.isNaN(value) ? NONE : format("%." + digits + "f", value);
    }

    /** A learning rate, without zeros at its end. */
    static String rate(double value) {
        if (value == 0) return "0";
        String text = format(Math.abs(value) < 1e-4 ? "%.1e" : "%.5f", value);
        return text.contains("e") ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** A number of any size: whole from 100 on, else without zeros at its end. */
    static String compact(double value) {
        return value >= 100 ? count(Math.round(value)) : format("%.4f", value).replaceAll("\\.?0+$", "");
    }

    static String count(long n) {
        return format("%,d", n);
    }

    /** "1 picture", "2 pictures". */
    static String count(long n, String one) {
        return count(n) + " " + one + (n == 1 ? "" : "s");
    }

    static String seconds(double seconds) {
        if (Double.isNaN(seconds)) return NONE;
        if (seconds < 9.995) return format("%.2f s", seconds);
        if (seconds < 99.95) return format("%.1f s", seconds);
        long whole = Math.round(seconds);
        if (whole < 3600) return whole / 60 + " min " + whole % 60 + " s";
        return whole / 3600 + " h " + whole / 60 % 60 + " min";
    }

    static String bytes(long n) {
        double value = n;
        int unit = 0;
        for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
        return unit == 0 ? count(n) + " bytes" : format("%.1f ", value) + UNITS[unit];
    }

    /** A share for a style sheet, 0..1. */
    static String share(double value) {
        return format("%.3f", Double.isNaN(value) ? 0 : Math.min(1, Math.max(0, value)));
    }

    /** A command as a POSIX shell takes it. */
    static String command(List<String> words) {
        return words.stream().map(Text::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** {@code macro_f1} as {@code Macro f1}. */
    static String title(String name) {
        String words = name.replace('_', ' ');
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
