/**
 * Turns pictures of OpenCV into {@link dev.graft.image.Pixels}. The only exported package with types of OpenCV: a program that
 * has no such pictures needs none of it.
 */
package dev.graft.image.opencv;
