package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import java.util.Optional;

/** What stands below and around a classifier's head: a network that Graft writes, or one whose code came in a file. */
public sealed interface Network permits Architecture, ScriptNetwork {
    /** The name for messages and cards. */
    String title();

    /** The head's name, such as {@code fc} or {@code classifier.1}: the linear layer that makes the logits. */
    String head();

    /** The length of the feature vector that the head takes. */
    int features();

    /** The layers, if Graft knows them: it does of the networks that it writes. */
    @SuppressWarnings("exports") // for those that make something of the layers
    Optional<ResNetGraph> graph();

    /** The SHA-256 of the file that the network's code came in, 64 hexadecimal digits; empty where Graft writes it. */
    Optional<String> origin();

    /** Whether a step of its training may draw random numbers, as dropout does. */
    boolean drawsNumbers();
}
