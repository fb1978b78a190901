package dev.graft.hub;

import java.io.IOException;
import java.time.Duration;

/**
 * A temporary fault, after which another attempt follows; every other {@link IOException} in this package ends the
 * download.
 */
final class PassingFault extends IOException {
    private static final long serialVersionUID = 1;

    private final Duration pause;

    PassingFault(String message, Throwable cause) {
        this(message, Duration.ZERO, cause);
    }

    /** {@code pause} is the time that the server asks to wait. */
    PassingFault(String message, Duration pause, Throwable cause) {
        super(message, cause);
        this.pause = pause;
    }

    Duration pause() {
        return pause;
    }
}
