package dev.graft.model.graph;

/**
 * The linear layer that computes a network's logits.
 *
 * @param path its name, such as {@code fc} or {@code classifier.1}; empty if the network is this layer alone
 */
public record Head(String path) {
    /** The name that stands for the head in every method that takes a layer, for any path. */
    public static final String WORD = "head";

    /** The name of its weight [classes, features]. */
    public String weight() {
        return named("weight");
    }

    /** The name of its bias [classes]; the layer may have no bias. */
    public String bias() {
        return named("bias");
    }

    private String named(String tensor) {
        return path.isEmpty() ? tensor : path + "." + tensor;
    }

    /** Whether this name in the state is the head's weight or bias. */
    public boolean holds(String tensor) {
        return tensor.equals(weight()) || tensor.equals(bias());
    }

    /** The path for a layer's name: {@link #WORD} becomes the head's path, other names stay. */
    public String pathOf(String layer) {
        return layer.equals(WORD) ? path : layer;
    }
}
