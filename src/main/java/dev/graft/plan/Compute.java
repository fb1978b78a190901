package dev.graft.plan;

import dev.graft.batch.Layout;
import dev.graft.model.Precision;
import java.util.Objects;

/**
 * How the network is computed.
 *
 * @param frozen how often pictures pass the frozen layers before the first layer that learns
 * @param precision of frozen layers that are passed {@link FrozenLayers#ONCE}, while the rest learns in FP32; otherwise of the forward
 *     pass and the loss, while parameters, their gradients and the optimizer stay in FP32
 * @param layout of pictures and convolution weights in memory
 */
public record Compute(FrozenLayers frozen, Precision precision, Layout layout) {
    /** Checks that nothing is missing. */
    public Compute {
        Objects.requireNonNull(frozen, "frozen");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(layout, "layout");
    }
}
