package dev.graft.mix;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * MixUp: weighted means.
 *
 * @param share 0 to 1
 */
record Blend(double share) implements Mix {
    @Override
    public Tensor images(Tensor images, Tensor before) {
        return of(images, before, share);
    }

    /** The weighted mean of two tensors, in the second. */
    static Tensor of(Tensor own, Tensor before, double share) {
        return before.mul_(new Scalar(1 - share)).add_(own.mul(new Scalar(share)));
    }
}
