/**
 * Turns a weights file and a card (network, classes, preprocessing) into a {@code Classifier}, and a classifier into a
 * file.
 *
 * <pre>{@code
 * ModelCard card = new ModelCard(Architecture.RESNET18, List.of("cat", "dog"), Preprocessing.standard());
 * try (RandomSource random = new RandomSource(42);
 *         Classifier classifier = Classifier.graft(weights, card, random)) { // a new head of two classes
 *     classifier.save(out.resolve("pets.pt"));
 *     System.out.println(classifier.parameters().size() + " parameters");
 * }
 * }</pre>
 */
package dev.graft.model;
