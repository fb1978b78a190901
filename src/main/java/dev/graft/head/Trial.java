package dev.graft.head;

/**
 * A head that was tried, and how heads of that setting judged the pictures that they were not fitted to.
 *
 * @param temperature by which its logits were divided, so that their softmax is as sure as it is right
 * @param loss mean over the pictures of minus the logarithm of the right class's probability, after the temperature
 * @param accuracy top-1, 0..1
 * @param balancedAccuracy the mean of the accuracies of the classes, 0..1
 */
public record Trial(Setting setting, double temperature, Estimate loss, Estimate accuracy, double balancedAccuracy) {
    /**
     * What was tried.
     *
     * @param penalty half of it is multiplied with the sum of the squares of the weights, beside the sum of the pictures' losses; of
     *     features centred and divided by one number, so that their variances are 1 on average. One over scikit-learn's {@code C}; with two
     *     classes two over it
     * @param weighting of the pictures
     * @param views whether views of the pictures were fitted to as well
     */
    public record Setting(double penalty, Weighting weighting, boolean views) {}

    /**
     * A mean over the pictures.
     *
     * @param error its standard error; NaN where there is one picture
     */
    public record Estimate(double value, double error) {}
}
