package dev.graft.evaluate;

import java.nio.file.Path;

/**
 * A picture that is classified wrongly. Of a multi-label model, one label that is wrong: one of {@code actual} and {@code
 * predicted} is the label, the other is {@code not} and the label.
 *
 * @param file as the data names it
 * @param actual its class
 * @param predicted the predicted class
 * @param probability of the predicted class, 0..1
 * @param actualProbability of its class, 0..1
 */
public record Mistake(Path file, String actual, String predicted, double probability, double actualProbability) {}
