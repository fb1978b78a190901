package dev.graft.plan;

/** How the parameters that learn are found: gradients become steps, or a head is fitted at once. */
public sealed interface OptimizerSpec permits Sgd, CrossValidated {
    /** One word that is the same for all settings of one algorithm, such as {@code sgd}. */
    String kind();
}
