/**
 * Turns samples into features: each picture passes the frozen layers once, and later runs find its features again.
 *
 * <pre>{@code
 * try (ImageFolder folder = ImageFolder.open(pets)) {
 *     Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
 *     Job.graft(weights, folder, preprocessing)
 *             .featuresIn(FeatureStore.in(
 *                     out.resolve("features"))) // the next run with these pictures finds them there
 *             .listener(TrainingListener.on(
 *                     Event.FeaturesReady.class, ready -> System.out.println(ready.computed() + " computed")))
 *             .into(new RunFolder(out.resolve("run")))
 *             .run();
 * }
 * }</pre>
 */
package dev.graft.features;
