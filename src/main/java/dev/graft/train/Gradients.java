package dev.graft.train;

import dev.graft.plan.Clipping;
import dev.graft.torch.NativeScope;
import java.util.Collection;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** What happens to the gradients between the backward passes of a step and the optimizer's step. Nothing waits for the device. */
record Gradients(Collection<Tensor> parameters, Clipping clipping) {
    /** PyTorch adds it to the norm, so that nothing is divided by 0. */
    private static final double BESIDE_NORM = 1e-6;

    private List<Tensor> all() {
        return parameters.stream()
                .map(Tensor::grad)
                .filter(Tensor::defined)
                .map(Tensor::new)
                .toList();
    }

    /** Divides all of them. */
    void divide(long by) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            all().forEach(g -> g.div_(new Scalar((double) by)));
        }
    }

    /** Applies the limits: the one for each number, then the one for the norm. */
    void clip() {
        if (clipping.equals(Clipping.NONE)) return;
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<Tensor> gradients = all();
            if (clipping.value() > 0) clipValues(gradients);
            if (clipping.norm() > 0 && !gradients.isEmpty()) clipNorm(gradients);
        }
    }

    private void clipValues(List<Tensor> gradients) {
        for (Tensor g : gradients) {
            g.clamp_(
                    new ScalarOptional(new Scalar(-clipping.value())),
                    new ScalarOptional(new Scalar(clipping.value())));
        }
    }

    private void clipNorm(List<Tensor> gradients) {
        TensorVector norms = new TensorVector();
        for (Tensor g : gradients) norms.push_back(torch.linalg_vector_norm(g));
        Tensor norm = torch.linalg_vector_norm(torch.stack(norms));
        Tensor factor = norm.add(new Scalar(BESIDE_NORM))
                .reciprocal()
                .mul(new Scalar(clipping.norm()))
                .clamp_max(new Scalar(1.0));
        for (Tensor g : gradients) g.mul_(factor);
    }
}
