package dev.graft.data.archive;

import java.io.IOException;

/**
 * An archive is damaged, malicious or of an unsupported kind. The message says what was seen, without the name of the
 * archive.
 */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String problem) {
        super(problem);
    }

    ArchiveException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
