package dev.graft.distributed;

/** Shows where two texts differ. */
final class Difference {
    private static final int BEFORE = 30;
    private static final int SHOWN = 60;

    private Difference() {}

    /** The first place at which they do, with what is around it. */
    static String of(String one, String other) {
        int at = 0;
        while (at < Math.min(one.length(), other.length()) && one.charAt(at) == other.charAt(at)) at++;
        int from = Math.max(0, at - BEFORE);
        return shown(one, from) + ", not " + shown(other, from);
    }

    private static String shown(String text, int from) {
        int end = Math.min(text.length(), from + SHOWN);
        String part = text.substring(Math.min(from, end), end).replace('\n', ' ');
        return "'" + (from > 0 ? "..." : "") + part + (end < text.length() ? "..." : "") + "'";
    }
}
