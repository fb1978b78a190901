package dev.graft.loss;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's cross-entropy. */
final class CrossEntropyLoss implements BatchLoss {
    private static final int MEAN = 1; // at::Reduction::Mean
    private static final int IGNORED = -100; // PyTorch's default; no label is negative

    private final double labelSmoothing;
    private final ClassFactors factors;

    CrossEntropyLoss(double labelSmoothing, ClassFactors factors) {
        this.labelSmoothing = labelSmoothing;
        this.factors = factors;
    }

    @Override
    public Tensor of(Tensor logits, Tensor target) {
        Tensor weights = factors.on(logits.device());
        TensorOptional given = weights == null ? new TensorOptional() : new TensorOptional(weights);
        return torch.cross_entropy_loss(logits, target, given, MEAN, IGNORED, labelSmoothing);
    }

    /** LibTorch divides by the sum of the classes' weights where the target is indices. */
    @Override
    public double weight(Tensor target) {
        Tensor weights = factors.on(target.device());
        if (weights == null || target.dim() > 1) return target.size(0);
        return weights.index_select(0, target).sum().item_double();
    }

    @Override
    public void close() {
        factors.close();
    }
}
