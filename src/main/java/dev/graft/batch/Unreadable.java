package dev.graft.batch;

/** What a picture that cannot be read does to the run. */
public enum Unreadable {
    /** It stops the run, and the error names it. */
    FAIL,
    /** It is left out, counted and named. */
    SKIP
}
