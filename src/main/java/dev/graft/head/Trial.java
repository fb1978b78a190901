package dev.graft.head;

/**
 * A head that was tried, and how it judged the pictures that it was not fitted to.
 *
 * @param penalty half of it is multiplied with the sum of the squares of the weights, beside the sum of the pictures' losses; of features
 *     centred and divided by one number, so that their variances are 1 on average. One over scikit-learn's {@code C}; with two classes
 *     two over it
 * @param weighting of the pictures
 * @param views whether views of the pictures were fitted to as well
 * @param temperature by which its logits were divided, so that their softmax is as sure as it is right
 * @param loss mean over the pictures of minus the logarithm of the right class's probability, after the temperature
 * @param lossError the standard error of the loss
 * @param accuracy top-1, 0..1
 * @param accuracyError the standard error of the accuracy
 * @param balancedAccuracy the mean of the accuracies of the classes, 0..1
 */
public record Trial(
        double penalty,
        Weighting weighting,
        boolean views,
        double temperature,
        double loss,
        double lossError,
        double accuracy,
        double accuracyError,
        double balancedAccuracy) {}
