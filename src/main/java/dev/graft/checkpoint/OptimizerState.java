package dev.graft.checkpoint;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The state of an optimizer.
 *
 * @param kind of the optimizer, such as {@code sgd}
 * @param state by the parameter's name, then by LibTorch's name of the value, such as {@code momentum_buffer}; counters
 *     are int64 tensors of shape []. The creator of this object owns the tensors
 */
public record OptimizerState(String kind, Map<String, Map<String, Tensor>> state) {
    /** Closes all tensors. */
    public void close() {
        state.values().forEach(held -> held.values().forEach(Tensor::close));
    }
}
