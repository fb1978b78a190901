package dev.graft.train;

import dev.graft.checkpoint.RunState;
import dev.graft.torch.NativeScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Multiplies the loss so that small gradients do not become 0 in FP16, and divides the gradients by the same factor. A
 * step with a gradient that is not finite is skipped and halves the scale; 2,000 steps without such a gradient double
 * it. The constants and the order of operations are those of PyTorch's {@code torch.amp.GradScaler}. As in PyTorch,
 * each step waits for the device once, to decide whether it is skipped.
 */
final class LossScale {
    /** Forty halvings below the first scale: gradients that are not finite here are not finite at any scale. */
    private static final float LEAST = 0x1p-24f;

    private static final float FIRST = 65536;
    private static final float GROWTH = 2;
    private static final float BACKOFF = 0.5f;
    private static final int GROWTH_INTERVAL = 2000;

    private float scale = FIRST;
    private int stepsSince;

    /** The loss times the scale, for the backward pass; owned by the open scope. */
    Tensor scaled(Tensor loss) {
        return loss.mul(new Scalar(scale));
    }

    /**
     * Divides the gradients by the scale, in place, and sets the scale for the next step.
     *
     * @return whether all gradients are finite, so that the optimizer may step
     * @throws TrainingException when they are not finite at any scale
     */
    boolean takeOut(Collection<Tensor> parameters) {
        boolean finite;
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<Tensor> gradients = new ArrayList<>();
            for (Tensor p : parameters) {
                if (p.grad().defined()) gradients.add(p.grad().mul_(new Scalar(1 / scale)));
            }
            finite = areFinite(gradients);
        }
        if (!finite) {
            scale *= BACKOFF;
            stepsSince = 0;
            if (scale < LEAST) {
                throw new TrainingException(
                        "training: the gradients are NaN or infinite in FP16, down to a loss scale of " + scale
                                + ", so every step is skipped; lower the learning rate, or use BF16 or FP32");
            }
        } else if (++stepsSince == GROWTH_INTERVAL) {
            if (Float.isFinite(scale * GROWTH)) scale *= GROWTH;
            stepsSince = 0;
        }
        return finite;
    }

    /**
     * Reads one number from the device for all gradients. 0 times a finite value is 0, so the sum is finite only if all
     * values are.
     */
    private static boolean areFinite(List<Tensor> gradients) {
        TensorVector sums = new TensorVector();
        for (Tensor g : gradients) sums.push_back(g.mul(new Scalar(0)).sum());
        return gradients.isEmpty() || Float.isFinite(torch.stack(sums).sum().item_float());
    }

    /** The scale and the steps since it last changed, for a checkpoint. */
    RunState.LossScale state() {
        return new RunState.LossScale(scale, stepsSince);
    }

    /**
     * Continues from a {@link #state}.
     *
     * @throws IllegalArgumentException when the number of steps is out of range
     */
    void restore(RunState.LossScale state) {
        if (state.steps() >= GROWTH_INTERVAL) {
            throw new IllegalArgumentException("optimizer: the checkpoint's loss scale has not changed for "
                    + state.steps() + " steps, expected 0 to " + (GROWTH_INTERVAL - 1)
                    + "; resume from another checkpoint");
        }
        scale = state.scale();
        stepsSince = state.steps();
    }
}
