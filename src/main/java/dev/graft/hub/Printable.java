package dev.graft.hub;

/** What a server wrote, as a message may show it. */
final class Printable {
    private static final int MOST = 200;

    private Printable() {}

    /** At most 200 characters; a question mark for each that would not be printed or would turn a line around. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MOST).forEach(c -> shown.appendCodePoint(isPlain(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > MOST ? shown + "..." : shown.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT, // the marks of direction among them
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
