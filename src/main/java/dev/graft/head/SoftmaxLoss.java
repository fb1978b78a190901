package dev.graft.head;

import dev.graft.torch.NativeScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The loss of multinomial logistic regression: the weighted mean of the softmax cross-entropy over the rows, plus a
 * penalty on the squares of the weights, but not of the bias. It is a function of [width + 1][classes] numbers; the bias
 * is the last row. Owns native memory: close it. Use it from one thread.
 */
final class SoftmaxLoss implements Lbfgs.Function, AutoCloseable {
    /**
     * For more numbers in a row than this, only the diagonal of the curvature is used: inverting the full matrix would
     * take as long as the fit.
     */
    private static final int MOST_INVERTED = 4096;

    private static final double FLOOR = 1e-9;

    private final Design design;
    private final int classes;
    private final long width;
    private final double strength;
    private final Tensor weights; // float64 [rows, 1]
    private final Tensor curvature; // its inverse [width + 1, width + 1], or its diagonal [width + 1, 1]

    /**
     * Prepares the loss.
     *
     * @param ofPictures the weight of each picture; 0 leaves the picture out
     * @param strength the factor of the penalty: half of it is multiplied with the sum of the squared weights
     */
    SoftmaxLoss(Design design, double[] ofPictures, double strength) {
        this.design = design;
        this.classes = design.data().classes();
        this.width = design.rows().size(1);
        this.strength = strength;
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            weights = NativeScope.own(design.rowWeights(ofPictures));
            curvature = NativeScope.own(curvatureOf());
        }
    }

    /**
     * The curvature at equal probabilities: the curvature of the loss is p (1 - p) times the mean outer product of a
     * row.
     */
    private Tensor curvatureOf() {
        double share = (1.0 / classes) * (1 - 1.0 / classes);
        Tensor penalized =
                torch.full(new long[] {width}, new Scalar(strength + FLOOR)).to(torch.ScalarType.Double);
        penalized.narrow(0, width - 1, 1).fill_(new Scalar(FLOOR));
        Tensor whole = design.curvature().mul(new Scalar(share)).add(torch.diag(penalized));
        return width > MOST_INVERTED
                ? whole.diagonal().unsqueeze(1)
                : torch.cholesky_inverse(torch.linalg_cholesky(whole));
    }

    @Override
    public int size() {
        return Math.toIntExact(width * classes);
    }

    @Override
    public double at(double[] point, double[] gradient) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor solution = Tensor.create(point, width, classes);
            Tensor log = torch.log_softmax(design.rows().mm(solution), 1);
            double loss =
                    -log.gather(1, design.labelColumn()).mul(weights).sum().item_double();
            Tensor residual = log.exp_().mul_(weights);
            residual.scatter_add_(1, design.labelColumn(), weights.neg());
            double[] slope = Design.doubles(design.rows().t().mm(residual));
            double squares = 0;
            int penalized = size() - classes;
            for (int i = 0; i < slope.length; i++) {
                gradient[i] = slope[i] + (i < penalized ? strength * point[i] : 0);
                if (i < penalized) squares += point[i] * point[i];
            }
            return loss + strength / 2 * squares;
        }
    }

    @Override
    public void inverseCurvature(double[] vector) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor right = Tensor.create(vector, width, classes);
            Tensor solved = width > MOST_INVERTED ? right.div(curvature) : curvature.mm(right);
            System.arraycopy(Design.doubles(solved), 0, vector, 0, vector.length);
        }
    }

    /** Minimises the loss, starting at {@code point}, which is changed in place. */
    void minimize(double[] point, double tolerance) {
        new Lbfgs(this, tolerance).minimize(point);
    }

    @Override
    public void close() {
        weights.close();
        curvature.close();
    }
}
