package dev.graft.image.augment.ops;

/** How a moved pixel gets its colour. */
public enum Interpolation {
    /** The colour of the nearest pixel. */
    NEAREST,
    /** The weighted mean of the four nearest pixels. */
    BILINEAR
}
