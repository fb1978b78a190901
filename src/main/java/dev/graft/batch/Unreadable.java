package dev.graft.batch;

/** What to do with a picture that cannot be read. */
public enum Unreadable {
    /** Stop the run with an error that contains the file's name. */
    FAIL,
    /** Skip it, and report its name and the reason. */
    SKIP
}
