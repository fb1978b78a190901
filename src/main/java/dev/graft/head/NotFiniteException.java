package dev.graft.head;

/** Features are NaN or infinite, so no head can be fitted to them. */
public final class NotFiniteException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final int first;

    NotFiniteException(String message, int first) {
        super(message);
        this.first = first;
    }

    /** The first of the pictures, from 0. */
    public int first() {
        return first;
    }
}
