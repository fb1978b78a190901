/** Resizes pixels as Pillow does, in every byte, natively or in Java. */
package dev.graft.image.resize;
