package dev.graft.head;

/** Some features are NaN or infinite, so no head can be fitted to them. */
public final class NotFiniteException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final int first;

    NotFiniteException(String message, int first) {
        super(message);
        this.first = first;
    }

    /** The index of the first such picture, from 0. */
    public int first() {
        return first;
    }
}
