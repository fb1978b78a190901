package dev.graft.plan;

import java.util.List;
import java.util.Optional;

/**
 * Binary cross-entropy of the sigmoid of each logit, for multi-label models: the mean over batch and labels, as {@code
 * torch.nn.BCEWithLogitsLoss}.
 *
 * @param positiveWeights factor of the loss of each label where a picture has it, above 0, in the order of the labels; such
 *     as the number of pictures without the label divided by that of pictures with it. Empty for no factors
 */
public record BinaryCrossEntropy(List<Double> positiveWeights) implements LossSpec {
    /** Without factors. */
    public static final BinaryCrossEntropy STANDARD = new BinaryCrossEntropy(List.of());

    /** Checks the range. */
    public BinaryCrossEntropy {
        positiveWeights = List.copyOf(positiveWeights);
        for (double weight : positiveWeights)
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY))
                throw new IllegalArgumentException("plan: positive weights must be above 0, was " + weight);
    }

    @Override
    public ClassWeights weights() {
        return ClassWeights.NONE;
    }

    /** The factors in an array; empty for none. */
    public Optional<double[]> weightsWherePositive() {
        return positiveWeights.isEmpty()
                ? Optional.empty()
                : Optional.of(positiveWeights.stream().mapToDouble(w -> w).toArray());
    }
}
