package dev.graft.plan;

/**
 * Stochastic gradient descent, as {@code torch.optim.SGD}.
 *
 * @param momentum 0 to below 1
 * @param dampening of the momentum, 0 to 1: the part of a new gradient that is left out
 * @param nesterov Nesterov's momentum, with momentum above 0 and without dampening
 * @param weightDecay L2 penalty, 0 or greater
 */
public record Sgd(double momentum, double dampening, boolean nesterov, double weightDecay) implements OptimizerSpec {
    /** Momentum 0.9, no weight decay: the setting of PyTorch's tutorial. */
    public static final Sgd STANDARD = new Sgd(0.9, 0);

    /** Checks the ranges. */
    public Sgd {
        Ranges.fraction("momentum", momentum);
        Ranges.atLeastZero("weight decay", weightDecay);
        if (!(dampening >= 0 && dampening <= 1))
            throw new IllegalArgumentException("dampening must be between 0 and 1, was " + dampening);
        if (nesterov && (momentum == 0 || dampening != 0))
            throw new IllegalArgumentException("nesterov needs momentum above 0 and dampening 0, momentum was "
                    + momentum + " and dampening " + dampening);
    }

    /** Plain momentum, without dampening. */
    public Sgd(double momentum, double weightDecay) {
        this(momentum, 0, false, weightDecay);
    }

    @Override
    public String kind() {
        return "sgd";
    }

    @Override
    public Sgd withWeightDecay(double decay) {
        return new Sgd(momentum, dampening, nesterov, decay);
    }
}
