/**
 * Trains a plan several times, by folds, seeds and grid points, and says how far the results may be trusted.
 *
 * <pre>{@code
 * try (ImageFolder folder = ImageFolder.open(pets)) {
 *     Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
 *     StudyResult result = new Study(
 *                     Start.of(weights, preprocessing),
 *                     folder,
 *                     TrainingPlan.fast().withEpochs(1))
 *             .folds(2)
 *             .into(out.resolve("study"))
 *             .run();
 *     Spread accuracy = result.best().metrics().get("accuracy");
 *     System.out.println("accuracy " + accuracy.mean() + " +- " + accuracy.error());
 * }
 * }</pre>
 */
package dev.graft.study;
