package dev.graft.head;

/**
 * The cross-validated prediction for each picture: it comes from heads that were fitted without this picture. If the
 * pictures were split into folds several times, the probabilities are averaged.
 *
 * @param predicted the most probable class; -1 for a picture that no fold could judge
 * @param probability the probability of the picture's own class, 0..1; NaN if no fold could judge the picture
 * @param best the probability of the predicted class, 0..1; NaN if no fold could judge the picture
 */
public record OutOfFold(int[] predicted, double[] probability, double[] best) {}
