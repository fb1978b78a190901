package dev.graft.data.archive;

import java.io.IOException;

/** An archive is damaged, hostile or of a kind that is not read; the message says what was seen, without the archive's name. */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String problem) {
        super(problem);
    }

    ArchiveException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
