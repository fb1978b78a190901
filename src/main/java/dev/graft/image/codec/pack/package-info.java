/** Packed bytes of a TIFF's strips and tiles, to the bytes that were packed. Not exported. */
package dev.graft.image.codec.pack;
