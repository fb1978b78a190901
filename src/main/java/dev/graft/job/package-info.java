/**
 * Runs a complete training: from a folder of pictures and a plan to a folder with a trained model.
 *
 * <pre>{@code
 * try (ImageFolder folder = ImageFolder.open(pets)) {
 *     Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
 *     RunFolder run = new RunFolder(out.resolve("run"));
 *     Result result = Job.graft(weights, folder, preprocessing)
 *             .plan(TrainingPlan.fast().withEpochs(2))
 *             .seed(42)
 *             .into(run)
 *             .run();
 *     System.out.println(Files.exists(run.model()) + ", "
 *             + result.evaluation().orElseThrow().correct() + " right");
 * }
 * }</pre>
 */
package dev.graft.job;
