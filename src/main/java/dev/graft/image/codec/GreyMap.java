package dev.graft.image.codec;

/** Makes an 8-bit picture of stored grey values. */
public interface GreyMap {
    /** The caller closes both. */
    Raster map(GreyValues values) throws Refusal;
}
