package dev.graft.plan;

/** Checks of the numbers in a plan; each gives the number back. */
final class Ranges {
    private Ranges() {}

    static double fraction(String what, double value) {
        if (value >= 0 && value < 1) return value;
        throw new IllegalArgumentException(what + " must be at least 0 and below 1, was " + value);
    }

    static double atLeastZero(String what, double value) {
        if (value >= 0 && value <= Float.MAX_VALUE) return value;
        if (value > 0 && Double.isFinite(value))
            throw new IllegalArgumentException(what + " must be below 3.4e38, LibTorch's largest number, was " + value);
        throw new IllegalArgumentException(what + " must be 0 or greater, was " + value);
    }

    /** Above 0, at most 1. */
    static double share(String what, double value) {
        if (value > 0 && value <= 1) return value;
        throw new IllegalArgumentException(what + " must be above 0 and at most 1, was " + value);
    }
}
