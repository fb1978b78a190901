package dev.graft.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Focal loss after softmax, see {@link dev.graft.plan.Focal}. It is computed in float32. */
final class FocalLoss implements BatchLoss {
    /** Where 1 - p is 0 in float32, a power of it below 1 has no derivative: it is taken as this, and as constant. */
    private static final double LEAST = 1e-12;

    private final double gamma;
    private final ClassFactors factors;

    FocalLoss(double gamma, ClassFactors factors) {
        this.gamma = gamma;
        this.factors = factors;
    }

    @Override
    public Tensor of(Tensor logits, Tensor target) {
        Tensor logarithms = torch.log_softmax(logits, 1, new ScalarTypeOptional(torch.ScalarType.Float));
        Tensor unsure = logarithms.expm1().neg().clamp_min(new Scalar(LEAST)); // 1 - p
        Tensor each = unsure.pow(new Scalar(gamma)).mul(logarithms);
        Tensor weights = factors.on(logits.device());
        if (weights != null) each = each.mul(weights);
        Tensor ofPictures = target.dim() == 1
                ? each.gather(1, target.unsqueeze(1))
                : each.mul(target).sum(1);
        return ofPictures.mean().neg();
    }

    @Override
    public void close() {
        factors.close();
    }
}
