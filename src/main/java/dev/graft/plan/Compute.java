package dev.graft.plan;

import dev.graft.batch.Layout;
import dev.graft.model.Precision;
import java.util.Objects;

/**
 * How the network is computed.
 *
 * @param frozen how often each picture passes through the frozen layers before the first layer that learns
 * @param precision with {@link FrozenLayers#ONCE}: of the frozen layers, while the other layers compute in FP32. With
 *     {@link FrozenLayers#EVERY_EPOCH}: of the forward pass and the loss, while parameters, gradients and optimizer
 *     stay in FP32
 * @param layout of pictures and convolution weights in memory
 */
public record Compute(FrozenLayers frozen, Precision precision, Layout layout) {
    /** Checks that no argument is null. */
    public Compute {
        Objects.requireNonNull(frozen, "frozen");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(layout, "layout");
    }
}
