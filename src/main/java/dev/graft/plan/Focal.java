package dev.graft.plan;

import java.util.Objects;

/**
 * Focal loss: cross-entropy in which a picture counts the less, the surer the network is of its class. With p the
 * probability of the true class after softmax, a picture's loss is {@code -alpha (1 - p)^gamma log p}, and a batch's the
 * mean over its pictures (Lin and others, "Focal Loss for Dense Object Detection", 2017, equation 5, with softmax in
 * place of the sigmoid; the same for two classes). The loss of a row of probabilities is the sum over the classes, each
 * times its probability in the row.
 *
 * @param gamma 0 to 100; 0 makes it the cross-entropy, the paper recommends 2
 * @param weights alpha of each class
 */
public record Focal(double gamma, ClassWeights weights) implements LossSpec {
    /** The paper's gamma, all classes the same. */
    public static final Focal STANDARD = new Focal(2, ClassWeights.NONE);

    private static final double MOST = 100;

    /** Checks the range. */
    public Focal {
        if (!(gamma >= 0 && gamma <= MOST))
            throw new IllegalArgumentException("gamma must be between 0 and 100, was " + gamma);
        Objects.requireNonNull(weights, "weights");
    }
}
