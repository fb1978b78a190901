/**
 * Turns a saved model and labelled pictures into metrics, mistakes and files about them.
 *
 * <pre>{@code
 * try (ImageFolder folder = ImageFolder.open(pets);
 *         Predictor predictor = Predictor.open(model)) {
 *     EvaluationResult result = new Evaluator(predictor).evaluate(folder, Part.VALIDATION);
 *     System.out.println("accuracy " + result.metrics().get("accuracy"));
 *     for (Mistake mistake : result.worst(5))
 *         System.out.println(mistake.file() + " is no " + mistake.predicted());
 * }
 * }</pre>
 */
package dev.graft.evaluate;
