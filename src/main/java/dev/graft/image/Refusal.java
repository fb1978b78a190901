package dev.graft.image;

import java.io.IOException;

/** Why a picture is refused, before the name of its file is known: {@link PictureReader} adds that. */
final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message);
    }

    static Refusal of(String seen, String allowed, String todo) {
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

    static Refusal unsupported(String format, String detail) {
        return of(format + " of a kind that is not read (" + detail + ")", "common kinds", "convert it to PNG");
    }
}
