package dev.graft.loss;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** LibTorch's binary cross-entropy with logits, see {@link dev.graft.plan.BinaryCrossEntropy}. It is computed in float32. */
final class BinaryLoss implements BatchLoss {
    private static final int MEAN = 1; // at::Reduction::Mean

    private final ClassFactors positive;

    /** @param positive the weight of each label where a picture has it */
    BinaryLoss(Optional<double[]> positive) {
        this.positive = new ClassFactors(positive);
    }

    @Override
    public Tensor of(Tensor logits, Tensor target) {
        if (!target.is_floating_point())
            throw new IllegalArgumentException(
                    "training: the loss BinaryCrossEntropy takes rows of float32 [n, labels],"
                            + " 1 for each label of a picture, but the target holds class indices");
        Tensor weights = positive.on(logits.device());
        TensorOptional given = weights == null ? new TensorOptional() : new TensorOptional(weights);
        return torch.binary_cross_entropy_with_logits(
                logits.to(torch.ScalarType.Float), target, new TensorOptional(), given, MEAN);
    }

    @Override
    public void close() {
        positive.close();
    }
}
