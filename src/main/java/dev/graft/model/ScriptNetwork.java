package dev.graft.model;

import dev.graft.model.graph.ResNetGraph;
import java.util.Objects;
import java.util.Optional;

/**
 * A network whose code is in a TorchScript file that Graft did not write: see {@link TrustedScript}.
 *
 * @param title the file's name
 * @param sha256 of the file that the head was first grafted onto, 64 hexadecimal digits
 * @param head the name of the layer that was replaced; empty if the network is this layer alone
 * @param features number of inputs of that layer, at least 1
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

    /** Empty: only the code of the network knows its layers. */
    @Override
    @SuppressWarnings("exports") // see Network
    public Optional<ResNetGraph> graph() {
        return Optional.empty();
    }

    @Override
    public Optional<String> origin() {
        return Optional.of(sha256);
    }

    /** True: its code may use dropout, Graft cannot tell. */
    @Override
    public boolean drawsNumbers() {
        return true;
    }
}
