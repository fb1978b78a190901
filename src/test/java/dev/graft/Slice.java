package dev.graft;

/** Long tests run a slice, always the same one; the whole with {@code -Dgraft.whole=true}. */
public final class Slice {
    private static final boolean WHOLE = Boolean.getBoolean("graft.whole");

    private Slice() {}

    /** How often something is tried. */
    public static int of(int whole, int slice) {
        return WHOLE ? whole : slice;
    }
}
