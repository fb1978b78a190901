package dev.graft.image;

/** How many of a picture's pixels are decoded before the resize. */
public enum Decoding {
    /** All of them. */
    EXACT,
    /**
     * Of a JPEG that is at least twice as wide and twice as high as what the resize makes of it, a half, a quarter or an
     * eighth of each side, the least that is no smaller than the result: the inverse cosine transform gives fewer pixels,
     * as after Pillow's {@code Image.draft}. Large pictures are decoded in a fraction of the time, to other numbers. All
     * else is decoded as with {@link #EXACT}, also a picture of which a view is cut.
     */
    SCALED
}
