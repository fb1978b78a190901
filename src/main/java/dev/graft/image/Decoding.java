package dev.graft.image;

/** The scale at which pictures are decoded before the resize. */
public enum Decoding {
    /** The full size. */
    EXACT,
    /**
     * For large JPEGs, a half, a quarter or an eighth of each side: the smallest of these that is not smaller than the
     * result of the resize. The inverse cosine transform computes fewer pixels, as after Pillow's {@code Image.draft}.
     * Large pictures are decoded in a fraction of the time, but with other values. Other formats, smaller JPEGs, and
     * pictures with augmentation are decoded as with {@link #EXACT}.
     */
    SCALED
}
