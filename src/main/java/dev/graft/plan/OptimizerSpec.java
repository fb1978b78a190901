package dev.graft.plan;

/** How gradients become steps. */
public sealed interface OptimizerSpec permits Sgd {
    /** One word that is the same for all settings of one algorithm, such as {@code sgd}. */
    String kind();
}
