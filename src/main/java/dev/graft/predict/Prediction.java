package dev.graft.predict;

import java.util.List;

/**
 * A model's prediction for one picture.
 *
 * @param label the name of the most probable class
 * @param probability its probability, 0..1
 * @param probabilities of all classes, in the order of the model's classes: the softmax of the logits
 * @param logits the network's outputs for all classes, in the same order
 */
public record Prediction(String label, float probability, List<Float> probabilities, List<Float> logits) {}
