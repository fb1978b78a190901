package dev.graft.train;

import dev.graft.checkpoint.OptimizerState;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * What a checkpoint holds of a phase beside the weights.
 *
 * @param optimizer gives its state; the open scope owns the tensors
 * @param averaged gives averaged weights by name, empty if there are none; their owner keeps them
 */
record Learned(Supplier<OptimizerState> optimizer, Supplier<Map<String, Tensor>> averaged) {
    /** The begin of a phase. */
    static Learned nothing(String kind) {
        return new Learned(() -> new OptimizerState(kind, Map.of()), Map::of);
    }

    /** For a checkpoint whose weights are the average: there is no other one. */
    Learned withoutAverage() {
        return new Learned(optimizer, Map::of);
    }
}
