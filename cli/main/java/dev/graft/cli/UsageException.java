package dev.graft.cli;

/** Wrong words or options on a command line; the message says which, what was given and what is allowed. */
final class UsageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Exception cause) {
        super(message, cause);
    }
}
