package dev.graft.plan;

/**
 * Stochastic gradient descent, as {@code torch.optim.SGD}.
 *
 * @param momentum 0 to below 1
 * @param weightDecay L2 penalty, 0 or greater
 */
public record Sgd(double momentum, double weightDecay) implements OptimizerSpec {
    /** Momentum 0.9, no weight decay: the setting of PyTorch's tutorial. */
    public static final Sgd STANDARD = new Sgd(0.9, 0);

    /** Checks the ranges. */
    public Sgd {
        if (!(momentum >= 0 && momentum < 1))
            throw new IllegalArgumentException("momentum must be at least 0 and below 1, was " + momentum);
        if (!(weightDecay >= 0 && Double.isFinite(weightDecay)))
            throw new IllegalArgumentException("weight decay must be 0 or greater, was " + weightDecay);
    }

    @Override
    public String kind() {
        return "sgd";
    }
}
