package dev.graft.plan;

/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015), as {@code torch.optim.Adam}. Its weight decay is an L2 penalty:
 * it is added to the gradients and goes through the moments. {@link AdamW} decays the weights themselves.
 *
 * @param beta1 for the mean of the gradients, 0 to below 1
 * @param beta2 for the mean of their squares, 0 to below 1
 * @param eps added to the denominator, 0 or greater
 * @param weightDecay L2 penalty, 0 or greater
 * @param amsgrad whether the denominator uses the largest mean of squares so far (Reddi, Kale and Kumar, 2018)
 */
public record Adam(double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
        implements OptimizerSpec {
    /** PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8, no weight decay. */
    public static final Adam STANDARD = new Adam(0);

    /** Checks the ranges. */
    public Adam {
        Ranges.fraction("beta1", beta1);
        Ranges.fraction("beta2", beta2);
        Ranges.atLeastZero("eps", eps);
        Ranges.atLeastZero("weight decay", weightDecay);
    }

    /** PyTorch's defaults with another weight decay. */
    public Adam(double weightDecay) {
        this(0.9, 0.999, 1e-8, weightDecay, false);
    }

    @Override
    public String kind() {
        return "adam";
    }

    @Override
    public Adam withWeightDecay(double decay) {
        return new Adam(beta1, beta2, eps, decay, amsgrad);
    }
}
