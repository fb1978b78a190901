package dev.graft.head;

import dev.graft.torch.NativeScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The factor for the logits that calibrates their softmax probabilities: the inverse of the temperature of Guo et al.,
 * "On Calibration of Modern Neural Networks", 2017. A few pictures determine it badly, so its logarithm has a normal
 * prior with mean 0 and standard deviation {@link #SPREAD}.
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
     * Keeps references to the tensors; the caller still owns them.
     *
     * @param logits float64 [rows, classes]
     * @param labels int64 [rows, 1]
     * @param weights float64 [rows, 1], with sum 1; 0 for rows that do not count
     * @param pictures the number of pictures that the rows stand for
     */
    Temperature(Tensor logits, Tensor labels, Tensor weights, double pictures) {
        this.logits = logits;
        this.labels = labels;
        this.weights = weights;
        this.pictures = pictures;
    }

    /** Finds the factor with Newton's method on its logarithm, limited to {@link #FARTHEST}, with steps of at most 1. */
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
            // the second derivative of the loss by the logarithm can be negative; without its last term it cannot
            double curved = factor * factor * curvature + 1 / (SPREAD * SPREAD * pictures);
            return -byLog / curved;
        }
    }

    private static Tensor sum(Tensor t) {
        return t.sum(new long[] {1}, true, new ScalarTypeOptional());
    }
}
