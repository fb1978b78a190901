package dev.graft.model.graph;

import dev.graft.weights.tensor.ScalarKind;
import java.util.List;

/**
 * One tensor of a network's state: its name in {@code state_dict()}, its shape, whether it is a buffer, its element
 * type.
 */
public record StateEntry(String name, List<Long> shape, boolean buffer, ScalarKind kind) {
    /** A tensor of a ResNet: float32, except int64 for the counters of batch norms. */
    StateEntry(String name, List<Long> shape, boolean buffer) {
        this(name, shape, buffer, isCounter(name) ? ScalarKind.I64 : ScalarKind.F32);
    }

    /** Whether it is a counter of a batch norm. Files older than PyTorch 0.4.1 have no counters. */
    public boolean counter() {
        return isCounter(name);
    }

    private static boolean isCounter(String name) {
        return name.endsWith("num_batches_tracked");
    }
}
