package dev.graft.train;

/** Training cannot continue: a loss or the gradients are NaN or infinite. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrainingException(String message) {
        super(message);
    }
}
