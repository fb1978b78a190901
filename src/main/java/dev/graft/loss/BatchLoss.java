package dev.graft.loss;

import dev.graft.plan.BinaryCrossEntropy;
import dev.graft.plan.ClassSizes;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.Focal;
import dev.graft.plan.LossSpec;
import org.bytedeco.pytorch.Tensor;

/** The loss of a batch. Owns native memory: close it. Used by one thread. */
public interface BatchLoss extends AutoCloseable {
    /**
     * The loss of a batch, for the backward pass.
     *
     * @param logits [n, classes], floating point
     * @param target int64 [n], class indices, or float32 [n, classes], rows of probabilities, for binary cross-entropy of labels; on
     *     the same device
     * @return a scalar, owned by the open scope
     */
    Tensor of(Tensor logits, Tensor target);

    /** What the batch's loss is divided by: parts of a batch count in this proportion. */
    default double weight(Tensor target) {
        return target.size(0);
    }

    /**
     * Makes the loss of a plan.
     *
     * @throws IllegalArgumentException when weights cannot be made for these classes
     */
    static BatchLoss of(LossSpec spec, ClassSizes sizes) {
        ClassFactors factors = new ClassFactors(spec.weights().of(sizes));
        if (spec instanceof CrossEntropy c) return new CrossEntropyLoss(c.labelSmoothing(), factors);
        if (spec instanceof Focal f) return new FocalLoss(f.gamma(), factors);
        if (spec instanceof BinaryCrossEntropy b) return new BinaryLoss(b.weightsWherePositive());
        throw new IllegalStateException("plan: no loss is known for " + spec);
    }

    @Override
    void close();
}
