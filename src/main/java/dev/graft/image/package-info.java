/**
 * Turns a picture file into the pixels or floats of a network's input, equal to Pillow and torchvision.
 *
 * <pre>{@code
 * PictureReader reader = new PictureReader(Preprocessing.standard());
 * Pixels whole = reader.decode(photo);
 * FloatBuffer input = FloatBuffer.allocate(224 * 224 * 3);
 * reader.readFloats(photo, input);
 * System.out.println(whole.width() + " x " + whole.height() + " became " + input.position() + " floats");
 * }</pre>
 */
package dev.graft.image;
