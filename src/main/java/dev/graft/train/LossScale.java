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
 * Multiplies the loss so that small gradients do not become 0 in FP16, and divides the gradients by as much. A step whose gradients
 * are not all finite is left out and halves the scale; 2,000 steps without one double it. The numbers and the order of things are
 * PyTorch's {@code torch.amp.GradScaler}; as there, each step waits for the device once, to see whether it counts.
 */
final class LossScale {
    /** Forty halvings below the first: gradients that are not finite there are so at every scale. */
    private static final float LEAST = 0x1p-24f;

    private static final float FIRST = 65536;
    private static final float GROWTH = 2;
    private static final float BACKOFF = 0.5f;
    private static final int GROWTH_INTERVAL = 2000;

    private float scale = FIRST;
    private int stepsSince;

    /** The loss times the scale, to go backward from; belongs to the open scope. */
    Tensor scaled(Tensor loss) {
        return loss.mul(new Scalar(scale));
    }

    /**
     * Takes the scale out of the gradients, in place, and sets the scale for the next step.
     *
     * @return whether all are finite, and the optimizer's step counts
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
                                + ", so nothing is learned; lower the learning rate, or take BF16 or FP32");
            }
        } else if (++stepsSince == GROWTH_INTERVAL) {
            if (Float.isFinite(scale * GROWTH)) scale *= GROWTH;
            stepsSince = 0;
        }
        return finite;
    }

    /** One look at the device for all. 0 times what is finite is 0, so the sum is finite only where all is. */
    private static boolean areFinite(List<Tensor> gradients) {
        TensorVector sums = new TensorVector();
        for (Tensor g : gradients) sums.push_back(g.mul(new Scalar(0)).sum());
        return gradients.isEmpty() || Float.isFinite(torch.stack(sums).sum().item_float());
    }

    /** Scale and steps since it changed, for a checkpoint. */
    RunState.LossScale state() {
        return new RunState.LossScale(scale, stepsSince);
    }

    /**
     * Goes on from {@link #state}.
     *
     * @throws IllegalArgumentException when it is something else
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
