package dev.graft.model.graph;

/**
 * The linear layer that makes a network's logits, by its place in the network.
 *
 * @param path its name, such as {@code fc} or {@code classifier.1}; empty where the network is nothing but that layer
 */
public record Head(String path) {
    /** What stands for the head wherever a layer is named, whatever its path is. */
    public static final String WORD = "head";

    /** The name of its weight [classes, features]. */
    public String weight() {
        return named("weight");
    }

    /** The name of its bias [classes]; it may have none. */
    public String bias() {
        return named("bias");
    }

    private String named(String tensor) {
        return path.isEmpty() ? tensor : path + "." + tensor;
    }

    /** Whether a tensor of the state is its weight or bias. */
    public boolean holds(String tensor) {
        return tensor.equals(weight()) || tensor.equals(bias());
    }

    /** The path of a layer that somebody named. */
    public String pathOf(String layer) {
        return layer.equals(WORD) ? path : layer;
    }
}
