package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import java.util.Optional;

/** The network of a classifier: one that Graft writes, or one whose code is in a file. */
public sealed interface Network permits Architecture, ScriptNetwork {
    /** The name used in messages and cards. */
    String title();

    /** The name of the head, the linear layer that computes the logits, such as {@code fc} or {@code classifier.1}. */
    String head();

    /** The length of the feature vector that the head takes. */
    int features();

    /** The layers. Graft knows them only for the networks that it writes; empty for others. */
    @SuppressWarnings("exports") // for Graft's own packages
    Optional<ResNetGraph> graph();

    /** The SHA-256 of the file with the network's code, 64 hexadecimal digits; empty if Graft writes the code. */
    Optional<String> origin();

    /** Whether a training step may draw random numbers, as dropout does. */
    boolean drawsNumbers();
}
