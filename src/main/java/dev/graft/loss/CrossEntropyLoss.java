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

    @Override
    public void close() {
        factors.close();
    }
}
