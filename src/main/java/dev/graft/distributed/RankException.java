package dev.graft.distributed;

/**
 * Says that a run of several ranks cannot go on, which rank is to blame, its machine and process, and at which step it was. The group is
 * unusable then; LibTorch is not. What the transport reported is the cause.
 */
public final class RankException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RankException(String message) {
        super(message);
    }

    RankException(String message, Throwable cause) {
        super(message, cause);
    }
}
