/**
 * Resizes pixels, equal to Pillow in every byte, in native code or in Java.
 *
 * <pre>{@code
 * byte[] grey = {0, 0, 100, 100}; // one row of four pixels
 * Bitmap picture = Bitmap.of(grey, 4, 1, 1);
 * byte[] half = PillowResize.resize(picture, ResizeFilter.BOX, new PillowResize.Box(0, 0, 4, 1), 1, 2);
 * System.out.println(Arrays.toString(half));
 * }</pre>
 */
package dev.graft.image.resize;
