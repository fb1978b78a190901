package dev.graft.head;

import dev.graft.torch.NativeScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The number that logits are multiplied with so that their softmax says how sure one may be: the inverse of the temperature of Guo et al.,
 * "On Calibration of Modern Neural Networks", 2017. Few pictures say little about it, so its logarithm is drawn to 0 as if it were normal
 * with standard deviation {@link #SPREAD}.
 */
final class Temperature {
    private static final double SPREAD = 0.5;
    private static final double FARTHEST = 3; // of the logarithm
    private static final int MOST_STEPS = 30;
    private static final double NEAR = 1e-6;

    private final Tensor logits;
    private final Tensor labels;
    private final Tensor weights;
    private final double pictures;

    /**
     * Holds what it is given, which stays the caller's.
     *
     * @param logits float64 [rows, classes]
     * @param labels int64 [rows, 1]
     * @param weights float64 [rows, 1], 0 for rows that do not count, with the sum 1
     * @param pictures how many the rows stand for
     */
    Temperature(Tensor logits, Tensor labels, Tensor weights, double pictures) {
        this.logits = logits;
        this.labels = labels;
        this.weights = weights;
        this.pictures = pictures;
    }

    /** Newton's method over the logarithm, within {@link #FARTHEST}; steps of at most 1. */
    double inverse() {
        double log = 0;
        for (int i = 0; i < MOST_STEPS; i++) {
            double step = step(log);
            double next = Math.max(-FARTHEST, Math.min(FARTHEST, log + Math.max(-1, Math.min(1, step))));
            if (Math.abs(next - log) < NEAR) return Math.exp(next);
            log = next;
        }
        return Math.exp(log);
    }

    private double step(double log) {
        double factor = Math.exp(log);
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor p = torch.softmax(logits.mul(new Scalar(factor)), 1);
            Tensor mean = sum(p.mul(logits));
            Tensor variance = sum(p.mul(logits.square())).sub(mean.square());
            double slope = mean.sub(logits.gather(1, labels)).mul(weights).sum().item_double();
            double curvature = variance.mul(weights).sum().item_double();
            double byLog = factor * slope + log / (SPREAD * SPREAD * pictures);
            // the loss's own second derivative by the logarithm may be negative: without its last part it is not
            double curved = factor * factor * curvature + 1 / (SPREAD * SPREAD * pictures);
            return -byLog / curved;
        }
    }

    private static Tensor sum(Tensor t) {
        return t.sum(new long[] {1}, true, new ScalarTypeOptional());
    }
}
