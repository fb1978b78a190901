package dev.graft.plan;

/** How the parameters that learn are found: an optimizer makes steps, or a head is fitted at once. */
public sealed interface OptimizerSpec permits Sgd, Adam, AdamW, RmsProp, CrossValidated {
    /** The name of the algorithm, such as {@code sgd}, the same for all settings. */
    String kind();

    /** The weight decay, 0 or greater. */
    double weightDecay();

    /**
     * The same settings with another weight decay.
     *
     * @param decay 0 or greater
     * @throws IllegalArgumentException when it is out of range
     */
    OptimizerSpec withWeightDecay(double decay);
}
