package dev.graft.model;

import dev.graft.model.graph.StateEntry;
import dev.graft.model.script.ScriptBlueprint;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A new last layer: a weight [classes, features] and, where the old one had it, a bias [classes], drawn as PyTorch's
 * {@code Linear} draws them (kaiming_uniform with a = sqrt(5), then the bias within 1 / sqrt(features)).
 */
final class Head {
    private Head() {}

    /** Whether a tensor of the state is the weight or bias of the head. */
    static boolean holds(Network network, String name) {
        return name.equals(ScriptBlueprint.inHead(network.head(), "weight"))
                || name.equals(ScriptBlueprint.inHead(network.head(), "bias"));
    }

    /** Adds the head's tensors to a state, owned by the caller; the weight is drawn first, wherever it stands. */
    static void add(Map<String, Tensor> state, List<StateEntry> head, int features, RandomSource random) {
        // PyTorch's expression for the bound, in its order, so that the doubles are the same.
        double gain = Math.sqrt(2.0 / (1 + 5));
        double weightBound = Math.sqrt(3.0) * (gain / Math.sqrt(features));
        double biasBound = 1 / Math.sqrt(features);
        for (int dimensions = 2; dimensions >= 1; dimensions--) {
            for (StateEntry e : head) {
                if (e.shape().size() == dimensions) {
                    double bound = dimensions == 2 ? weightBound : biasBound;
                    state.put(e.name(), drawn(e, bound, random));
                }
            }
        }
    }

    private static Tensor drawn(StateEntry e, double bound, RandomSource random) {
        try (NativeScope scope = NativeScope.open()) {
            Tensor t = NativeScope.own(
                    torch.empty(e.shape().stream().mapToLong(Long::longValue).toArray()));
            random.uniform(t, -bound, bound);
            return t;
        }
    }
}
