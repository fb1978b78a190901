package dev.graft.head;

/**
 * A setting that was tried, and its cross-validated results: each picture is judged by heads that were not fitted to it.
 *
 * @param temperature the logits were divided by this, so that the softmax probabilities are calibrated
 * @param loss the mean over the pictures of minus the logarithm of the probability of the correct class, after the
 *     temperature
 * @param accuracy top-1, 0..1
 * @param balancedAccuracy the mean of the accuracies of the classes, 0..1
 */
public record Trial(Setting setting, double temperature, Estimate loss, Estimate accuracy, double balancedAccuracy) {
    /**
     * The setting that was tried.
     *
     * @param penalty half of it is multiplied with the sum of the squared weights and added to the sum of the losses of
     *     the pictures. The features are centred and divided by one number, so that their variances are 1 on average. It
     *     equals 1 / {@code C} of scikit-learn; with two classes, 2 / {@code C}
     * @param weighting of the pictures
     * @param views whether the head was also fitted to views of the pictures
     */
    public record Setting(double penalty, Weighting weighting, boolean views) {}

    /**
     * A mean over the pictures.
     *
     * @param error its standard error; NaN if there is only one picture
     */
    public record Estimate(double value, double error) {}
}
