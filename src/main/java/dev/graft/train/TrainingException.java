package dev.graft.train;

/** Training cannot go on: the numbers left the range in which they mean anything. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrainingException(String message) {
        super(message);
    }
}
