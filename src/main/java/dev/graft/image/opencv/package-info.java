/**
 * Turns pictures of OpenCV into {@link dev.graft.image.Pixels}. The only exported package with types of OpenCV: a program that
 * has no such pictures needs none of it.
 *
 * <pre>{@code
 * try (Mat camera = new Mat(480, 640, opencv_core.CV_8UC3, new Scalar(200, 100, 50, 0))) { // blue, green, red
 *     Pixels pixels = Mats.pixels(camera);
 *     PictureInput picture = PictureInput.of(pixels); // for Predictor.predict
 *     System.out.println(pixels.width() + " x " + pixels.height() + ", red " + pixels.rgb()[0]);
 * }
 * }</pre>
 */
package dev.graft.image.opencv;
