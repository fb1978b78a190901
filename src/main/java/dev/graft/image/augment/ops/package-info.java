/**
 * Random changes of a picture's pixels: each is drawn from random numbers, then made in place, equal to torchvision.
 *
 * <pre>{@code
 * Canvas canvas = new Canvas(2, 1);
 * Arrays.fill(canvas.rgb(), (byte) 10);
 * Edit edit = new Invert(1.0).draw(2, 1, new Random(7)::nextDouble);
 * edit.apply(canvas);
 * System.out.println(canvas.rgb()[0] & 255);
 * }</pre>
 */
package dev.graft.image.augment.ops;
