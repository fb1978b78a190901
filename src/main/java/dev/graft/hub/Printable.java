package dev.graft.hub;

/** Makes a text from a server safe for messages. */
final class Printable {
    private static final int MOST = 200;

    private Printable() {}

    /** At most 200 characters; control characters and marks of text direction become question marks. */
    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MOST).forEach(c -> shown.appendCodePoint(isPlain(c) ? c : '?'));
        return text.codePointCount(0, text.length()) > MOST ? shown + "..." : shown.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT, // with the marks of text direction
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
