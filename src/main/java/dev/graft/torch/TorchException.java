package dev.graft.torch;

/**
 * An error that LibTorch reported, or the reason why it could not be loaded. The message is Graft's; LibTorch's own
 * text is in the cause.
 */
public class TorchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes an exception with a message that says what went wrong and what to do. */
    public TorchException(String message) {
        super(message);
    }

    /** Makes an exception with a message that says what went wrong and what to do, and the original failure. */
    public TorchException(String message, Throwable cause) {
        super(message, cause);
    }
}
