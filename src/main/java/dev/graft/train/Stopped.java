package dev.graft.train;

import java.util.Optional;

/** A run was asked to stop; what is worth keeping is kept. */
final class Stopped extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Optional<Evaluation> evaluation;

    /** Before the weights, as they are now, were judged. */
    Stopped() {
        this(Optional.empty());
    }

    /** @param evaluation of the weights as they are now */
    Stopped(Optional<Evaluation> evaluation) {
        super("stopped", null, false, false); // it goes a few calls up: nobody looks at its trace
        this.evaluation = evaluation;
    }

    Optional<Evaluation> evaluation() {
        return evaluation;
    }
}
