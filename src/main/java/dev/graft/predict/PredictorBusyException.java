package dev.graft.predict;

/** A request found no place: as many as {@link Batching#queue} allows are not answered yet. Try again later. */
public final class PredictorBusyException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PredictorBusyException(String message) {
        super(message);
    }
}
