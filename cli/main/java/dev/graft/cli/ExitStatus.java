package dev.graft.cli;

/** The exit statuses of {@code graft}. A run that Ctrl-C or SIGTERM stopped ends with 130 or 143. */
final class ExitStatus {
    /** Done. */
    static final int DONE = 0;

    /** An error, told in one line. */
    static final int ERROR = 1;

    /** Wrong words or options. */
    static final int USAGE = 2;

    /** Done, but some pictures could not be read; each is named. */
    static final int SOME_UNREADABLE = 3;

    /** Done, but a measured value is below the wanted one. */
    static final int BELOW = 4;

    private ExitStatus() {}
}
