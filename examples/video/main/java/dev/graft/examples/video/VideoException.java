package dev.graft.examples.video;

import java.io.IOException;

/** A video could not be read or written; the message is one line that names it and what to do. */
final class VideoException extends IOException {
    private static final long serialVersionUID = 1L;

    VideoException(String message, Throwable cause) {
        super(message, cause);
    }
}
