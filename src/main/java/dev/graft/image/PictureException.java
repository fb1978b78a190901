package dev.graft.image;

import java.io.IOException;

/** A picture was refused. The message contains the file, what was seen, what is allowed and what to do. */
public final class PictureException extends IOException {
    private static final long serialVersionUID = 1L;

    PictureException(String message, Throwable cause) {
        super(message, cause);
    }
}
