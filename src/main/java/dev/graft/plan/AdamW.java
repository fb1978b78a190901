package dev.graft.plan;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019), as {@code torch.optim.AdamW}:
 * each step first multiplies the weights by 1 - learning rate * weight decay.
 *
 * @param beta1 for the mean of the gradients, 0 to below 1
 * @param beta2 for the mean of their squares, 0 to below 1
 * @param eps added to the denominator, 0 or greater
 * @param weightDecay 0 or greater
 * @param amsgrad whether the denominator uses the largest mean of squares so far (Reddi, Kale and Kumar, 2018)
 */
public record AdamW(double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
        implements OptimizerSpec {
    /** PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8, weight decay 0.01. */
    public static final AdamW STANDARD = new AdamW(0.01);

    /** Checks the ranges. */
    public AdamW {
        Ranges.fraction("beta1", beta1);
        Ranges.fraction("beta2", beta2);
        Ranges.atLeastZero("eps", eps);
        Ranges.atLeastZero("weight decay", weightDecay);
    }

    /** PyTorch's defaults with another weight decay. */
    public AdamW(double weightDecay) {
        this(0.9, 0.999, 1e-8, weightDecay, false);
    }

    @Override
    public String kind() {
        return "adamw";
    }

    @Override
    public AdamW withWeightDecay(double decay) {
        return new AdamW(beta1, beta2, eps, decay, amsgrad);
    }
}
