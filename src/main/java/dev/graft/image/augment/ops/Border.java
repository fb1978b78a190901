package dev.graft.image.augment.ops;

/** What lies around a picture. */
public enum Border {
    /** One colour. */
    CONSTANT,
    /** The outermost pixels, repeated. */
    EDGE,
    /** The picture mirrored at its outermost pixels, which are not repeated. */
    REFLECT,
    /** The picture mirrored at its edge: the outermost pixels are repeated once. */
    SYMMETRIC;

    /** The row or column of the picture that is shown at {@code i}, which may lie outside; -1 for the one colour. */
    int source(int i, int size) {
        if (i >= 0 && i < size) return i;
        return switch (this) {
            case CONSTANT -> -1;
            case EDGE -> Math.max(0, Math.min(i, size - 1));
            case REFLECT -> size == 1 ? 0 : folded(i, 2 * size - 2, size, 0);
            case SYMMETRIC -> folded(i, 2 * size, size, 1);
        };
    }

    private static int folded(int i, int period, int size, int repeated) {
        int at = Math.floorMod(i, period);
        return at < size ? at : period - repeated - at;
    }
}
