package dev.graft.plan;

/**
 * RMSprop (Hinton, lecture 6 of "Neural Networks for Machine Learning", 2012; centred: Graves, 2013), as {@code torch.optim.RMSprop}.
 *
 * @param alpha for the mean of the squared gradients, 0 to below 1
 * @param eps added to the denominator, 0 or greater
 * @param momentum 0 to below 1
 * @param centered whether the gradients' variance is the denominator, not the mean of their squares
 * @param weightDecay L2 penalty, 0 or greater
 */
public record RmsProp(double alpha, double eps, double momentum, boolean centered, double weightDecay)
        implements OptimizerSpec {
    /** PyTorch's defaults: alpha 0.99, eps 1e-8, no momentum, no weight decay. */
    public static final RmsProp STANDARD = new RmsProp(0, 0);

    /** Checks the ranges. */
    public RmsProp {
        Ranges.fraction("alpha", alpha);
        Ranges.atLeastZero("eps", eps);
        Ranges.fraction("momentum", momentum);
        Ranges.atLeastZero("weight decay", weightDecay);
    }

    /** PyTorch's defaults with another momentum and weight decay. */
    public RmsProp(double momentum, double weightDecay) {
        this(0.99, 1e-8, momentum, false, weightDecay);
    }

    @Override
    public String kind() {
        return "rmsprop";
    }

    @Override
    public RmsProp withWeightDecay(double decay) {
        return new RmsProp(alpha, eps, momentum, centered, decay);
    }
}
