package dev.graft.model;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.StateEntry;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Sets the values of a head: a weight [classes, features] and, if the layer has one, a bias [classes]. */
final class HeadValues {
    private HeadValues() {}

    /**
     * Adds the tensors of a new head to a state. The caller owns them. They are initialised as in PyTorch's {@code
     * Linear}: kaiming_uniform with a = sqrt(5) for the weight, then uniform within 1 / sqrt(features) for the bias.
     * The weight is always drawn first.
     */
    static void draw(Map<String, Tensor> state, List<StateEntry> head, int features, RandomSource random) {
        // PyTorch's formula for the bound with the same order of operations, so that the doubles are equal.
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

    /** See {@link Classifier#replaceHead}. */
    static void set(NetworkModule network, ModelCard card, float[] weight, float[] bias) {
        int classes = card.classes().size();
        int features = card.network().features();
        Head head = new Head(card.network().head());
        Tensor headWeight = network.tensor(head.weight());
        Tensor headBias = network.tensor(head.bias());
        if (weight.length != classes * features || bias.length != (headBias == null ? 0 : classes)) {
            throw new IllegalArgumentException("head: " + head.path() + " expects " + classes + " x " + features
                    + " weights and " + (headBias == null ? 0 : classes) + " biases, got " + weight.length
                    + " and " + bias.length);
        }
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            headWeight.copy_(Tensor.create(weight, classes, features));
            if (headBias != null) {
                headBias.copy_(Tensor.create(bias, classes));
            }
        }
    }
}
