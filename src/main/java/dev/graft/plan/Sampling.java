package dev.graft.plan;

import java.util.Optional;

/** Which training pictures an epoch has, and in which order. A head that is fitted at once has each picture once. */
public sealed interface Sampling permits Shuffled, Balanced, Weighted {
    /** Each picture once, in random order. */
    Sampling SHUFFLED = new Shuffled();

    /** As many draws as pictures, with replacement, each class as often as the others. */
    Sampling BALANCED = new Balanced();

    /**
     * How often each picture of a class is drawn, relative to the others; empty where each picture is there once.
     *
     * @throws IllegalArgumentException when the classes are others
     */
    Optional<double[]> weights(ClassSizes sizes);
}
