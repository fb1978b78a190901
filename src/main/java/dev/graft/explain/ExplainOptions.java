package dev.graft.explain;

import java.util.Objects;
import java.util.Optional;

/**
 * How predictions are explained.
 *
 * @param method how the heat is computed
 * @param layer whose output is used: a stage of Graft's own networks, {@code layer1} to {@code layer4}, or the name of a module of a
 *     foreign network, such as {@code features.7}; empty for the last stage, which only Graft's own networks have
 */
public record ExplainOptions(Method method, Optional<String> layer) {
    /** Checks for null. */
    public ExplainOptions {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(layer, "layer");
    }

    /** {@link Method#GRAD_CAM} at the last stage. */
    public static ExplainOptions standard() {
        return new ExplainOptions(Method.GRAD_CAM, Optional.empty());
    }

    /** The same with another method. */
    public ExplainOptions withMethod(Method other) {
        return new ExplainOptions(other, layer);
    }

    /** The same at another layer. */
    public ExplainOptions withLayer(String name) {
        return new ExplainOptions(method, Optional.of(name));
    }
}
