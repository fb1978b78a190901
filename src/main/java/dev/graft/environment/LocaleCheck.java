package dev.graft.environment;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;

/** Whether Java can open files whose names have letters of any language. */
final class LocaleCheck {
    private static final String NAME = "locale";

    private LocaleCheck() {}

    /** @param encoding that Java uses for file names, as in {@code sun.jnu.encoding}; may be null */
    static Checkup of(String encoding) {
        String seen = "file names are read as " + encoding;
        return encoding != null && writesAll(encoding)
                ? Checkup.ok(NAME, seen)
                : Checkup.warn(
                        NAME,
                        seen + ": names with other letters cannot be opened",
                        "start with LC_ALL=C.UTF-8, or another locale of UTF-8");
    }

    private static boolean writesAll(String encoding) {
        try {
            return Charset.forName(encoding).newEncoder().canEncode("\u00e9\u732b");
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }
}
