/** Decompresses the strips and tiles of a TIFF. Not exported. */
package dev.graft.image.codec.pack;
