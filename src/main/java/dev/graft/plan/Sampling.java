package dev.graft.plan;

/** Which training pictures an epoch has, and in which order. */
public sealed interface Sampling permits Shuffled {
    /** Each picture once, in random order. */
    Sampling SHUFFLED = new Shuffled();
}
