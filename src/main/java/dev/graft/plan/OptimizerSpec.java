package dev.graft.plan;

/** The optimizer and its settings. */
public sealed interface OptimizerSpec permits Sgd {
    /** The name of the algorithm, such as {@code sgd}, the same for all settings. */
    String kind();
}
