package dev.graft.train;

import dev.graft.checkpoint.OptimizerState;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** What a checkpoint holds of a phase beside the weights. */
interface Learned {
    /** The optimizer's state. The open scope owns the tensors. */
    OptimizerState optimizer();

    /** Averaged weights by name; empty if there are none. Their owner keeps them. */
    Map<String, Tensor> averaged();

    /** The begin of a phase. */
    static Learned nothing(String kind) {
        return new Learned() {
            @Override
            public OptimizerState optimizer() {
                return new OptimizerState(kind, Map.of());
            }

            @Override
            public Map<String, Tensor> averaged() {
                return Map.of();
            }
        };
    }
}
