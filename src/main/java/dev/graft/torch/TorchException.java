package dev.graft.torch;

/** What LibTorch reported, or why it could not be loaded. The first line is ours; LibTorch's own text is the cause. */
public class TorchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what went wrong and what to do. */
    public TorchException(String message) {
        super(message);
    }

    /** Says what went wrong and what to do, and keeps what was reported. */
    public TorchException(String message, Throwable cause) {
        super(message, cause);
    }
}
