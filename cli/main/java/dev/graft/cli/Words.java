package dev.graft.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The words of a command line that are not options. */
final class Words {
    private Words() {}

    /** A path; {@code what} names it in errors. */
    static Path path(String what, String word) {
        if (word.isEmpty()) throw new UsageException(what + ": is empty; give a path");
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new UsageException(
                    what + ": Java cannot name " + word + " under this locale (" + e.getReason()
                            + "); start with LC_ALL=C.UTF-8",
                    e);
        }
    }
}
