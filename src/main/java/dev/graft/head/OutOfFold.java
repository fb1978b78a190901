package dev.graft.head;

/**
 * What the folds say of each picture: by heads that were fitted without it. Where folds were dealt several times, the mean of the
 * probabilities.
 *
 * @param predicted the most probable class, -1 for a picture that no fold could judge
 * @param probability of the class that the picture lies in, NaN where no fold could judge
 */
public record OutOfFold(int[] predicted, double[] probability) {}
