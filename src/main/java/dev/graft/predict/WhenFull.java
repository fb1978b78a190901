package dev.graft.predict;

/** What a request does that finds no place among the waiting ones, see {@link Batching}. */
public enum WhenFull {
    /** The caller's thread waits for a place. */
    WAIT,
    /** The request is refused with a {@link PredictorBusyException}. */
    REFUSE
}
