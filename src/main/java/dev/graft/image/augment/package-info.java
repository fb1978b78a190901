/**
 * Random crops, flips and other changes of training pictures, which a seed makes reproducible.
 *
 * <pre>{@code
 * Pixels whole = new PictureReader(Preprocessing.standard()).decode(photo);
 * Random random = new Random(7);
 * View view = Augmentation.STANDARD.draw(whole.width(), whole.height(), random::nextDouble);
 * Files.write(out.resolve("view.png"), whole.view(view, 64, 64).png());
 * System.out.println("a view of " + view.height() + " x " + view.width());
 * }</pre>
 */
package dev.graft.image.augment;
