package dev.graft.image.codec;

import java.io.IOException;

/** The reason why a picture is refused. It does not contain the name of the file; the caller, who knows it, adds it. */
public final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message);
    }

    public static Refusal of(String seen, String allowed, String todo) {
        return new Refusal(seen + "; allowed: " + allowed + "; " + todo);
    }

    static Refusal truncated(String format, String detail) {
        return of(format + " is truncated (" + detail + ")", "whole files", "copy it again or remove it");
    }

    static Refusal damaged(String format, String detail) {
        return damaged(format, detail, null);
    }

    static Refusal damaged(String format, String detail, Throwable cause) {
        Refusal refusal = of(format + " is damaged (" + detail + ")", "whole files", "copy it again or remove it");
        if (cause != null) refusal.initCause(cause);
        return refusal;
    }

    /** A picture was requested as an array, and the heap has no room for it. */
    public static Refusal heap(long width, long height) {
        long most = Runtime.getRuntime().maxMemory();
        return of(
                "its " + width + " x " + height + " pixels take " + (3 * width * height + (1 << 20) - 1 >> 20)
                        + " MB of Java's heap",
                "what is free of its " + (most >> 20) + " MB",
                "start Java with a larger -Xmx, or read the picture at the network's size");
    }

    /** OpenCV or the system could not allocate memory. */
    public static Refusal memory(Throwable cause) {
        Refusal refusal = of(
                "takes more memory than is free (" + cause.getMessage() + ")",
                "what fits",
                "read fewer pictures at a time or lower maxPixels; for Java's heap raise -Xmx");
        refusal.initCause(cause);
        return refusal;
    }

    static Refusal unsupported(String format, String detail) {
        return of(format + " of a kind that is not read (" + detail + ")", "common kinds", "convert it to PNG");
    }
}
