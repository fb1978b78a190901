package dev.graft.model;

import java.util.Objects;

/**
 * A network whose code came in a TorchScript file that somebody else made: see {@link TrustedScript}.
 *
 * @param title the file's name
 * @param sha256 of the file that the head was first grafted onto, 64 hexadecimal digits
 * @param head the name of the layer that was replaced, empty where the network is nothing but that layer
 * @param features inputs of that layer, at least 1
 */
public record ScriptNetwork(String title, String sha256, String head, int features) implements Network {
    /** Checks the ranges. */
    public ScriptNetwork {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(head, "head");
        TrustedScript.requireDigest(sha256);
        if (features < 1) {
            throw new IllegalArgumentException("model: features must be at least 1, was " + features);
        }
    }
}
