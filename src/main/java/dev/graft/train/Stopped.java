package dev.graft.train;

import java.util.Optional;

/** Thrown when a run is asked to stop, after its checkpoint is written. */
final class Stopped extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Optional<Evaluation> evaluation;

    /** For a stop without an evaluation of the current weights. */
    Stopped() {
        this(Optional.empty());
    }

    /**
     * @param evaluation of the current weights
     */
    Stopped(Optional<Evaluation> evaluation) {
        super("stopped", null, false, false); // control flow only, so without a stack trace
        this.evaluation = evaluation;
    }

    Optional<Evaluation> evaluation() {
        return evaluation;
    }
}
