package dev.graft.model;

/** What stands below and around a classifier's head: a network that Graft writes, or one whose code came in a file. */
public sealed interface Network permits Architecture, ScriptNetwork {
    /** The name for messages and cards. */
    String title();

    /** The head's name, such as {@code fc} or {@code classifier.1}: the linear layer that makes the logits. */
    String head();

    /** The length of the feature vector that the head takes. */
    int features();
}
