package dev.graft.plan;

/** How the parameters that learn are found: an optimizer makes steps, or a head is fitted at once. */
public sealed interface OptimizerSpec permits Sgd, CrossValidated {
    /** The name of the algorithm, such as {@code sgd}, the same for all settings. */
    String kind();
}
