/** Resizes pixels, equal to Pillow in every byte, in native code or in Java. */
package dev.graft.image.resize;
