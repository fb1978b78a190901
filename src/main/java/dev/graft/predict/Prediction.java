package dev.graft.predict;

import java.util.List;

/**
 * What a model says of one picture.
 *
 * @param label the most probable class
 * @param probability its probability, 0..1
 * @param probabilities of every class, in the order of the model's classes; softmax of the logits
 */
public record Prediction(String label, float probability, List<Float> probabilities) {}
