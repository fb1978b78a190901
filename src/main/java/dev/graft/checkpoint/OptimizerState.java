package dev.graft.checkpoint;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What an optimizer remembers from step to step.
 *
 * @param kind of the optimizer, such as {@code sgd}
 * @param state by the parameter's name, then by LibTorch's name of what it holds, such as {@code momentum_buffer}; counts are int64
 *     tensors without a dimension. The tensors stay the property of whoever made this
 */
public record OptimizerState(String kind, Map<String, Map<String, Tensor>> state) {
    /** Closes all tensors. */
    public void close() {
        state.values().forEach(held -> held.values().forEach(Tensor::close));
    }
}
