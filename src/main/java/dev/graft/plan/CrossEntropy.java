package dev.graft.plan;

import java.util.Objects;

/**
 * Softmax cross-entropy, as {@code torch.nn.CrossEntropyLoss}: of class indices, or of rows of probabilities. Its mean
 * over a batch of class indices is divided by the sum of the pictures' weights, over a batch of rows by their number.
 *
 * @param labelSmoothing the part of each target that is spread evenly over all classes, 0 to 1 (Szegedy and others,
 *     "Rethinking the Inception Architecture for Computer Vision", 2016)
 * @param weights of the classes
 */
public record CrossEntropy(double labelSmoothing, ClassWeights weights) implements LossSpec {
    /** No smoothing, all classes the same. */
    public static final CrossEntropy STANDARD = new CrossEntropy(0, ClassWeights.NONE);

    /** Checks the range. */
    public CrossEntropy {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
            throw new IllegalArgumentException("label smoothing must be between 0 and 1, was " + labelSmoothing);
        Objects.requireNonNull(weights, "weights");
    }
}
