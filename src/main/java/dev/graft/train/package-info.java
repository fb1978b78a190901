/**
 * Trains a classifier on samples with a plan: the loop, the step, the optimizer, the evaluation.
 *
 * <pre>{@code
 * Preprocessing preprocessing = Preprocessing.standard().withResize(new Resize.Stretch(32, 32));
 * try (ImageFolder folder = ImageFolder.open(pets);
 *         RandomSource random = new RandomSource(42);
 *         Classifier classifier = Classifier.graft(
 *                 weights, new ModelCard(Architecture.RESNET18, folder.classes(), preprocessing), random)) {
 *     TrainingPlan plan = TrainingPlan.fast().withEpochs(2);
 *     Trainer.of(classifier, folder, plan)
 *             .drawingFrom(random)
 *             .listener(new ConsoleReport(System.out::println))
 *             .fit();
 * }
 * }</pre>
 */
package dev.graft.train;
