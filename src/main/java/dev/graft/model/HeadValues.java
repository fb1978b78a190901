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

/** What the numbers of a head are: a weight [classes, features] and, where the layer has it, a bias [classes]. */
final class HeadValues {
    private HeadValues() {}

    /**
     * Adds the tensors of a new head to a state, owned by the caller, drawn as PyTorch's {@code Linear} draws them
     * (kaiming_uniform with a = sqrt(5), then the bias within 1 / sqrt(features)). The weight is drawn first, wherever it
     * stands.
     */
    static void draw(Map<String, Tensor> state, List<StateEntry> head, int features, RandomSource random) {
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

    /** See {@link Classifier#replaceHead}. */
    static void set(NetworkModule network, ModelCard card, float[] weight, float[] bias) {
        int classes = card.classes().size();
        int features = card.network().features();
        Head head = new Head(card.network().head());
        Tensor headWeight = network.tensor(head.weight());
        Tensor headBias = network.tensor(head.bias());
        if (weight.length != classes * features || bias.length != (headBias == null ? 0 : classes)) {
            throw new IllegalArgumentException("head: " + head.path() + " expects " + classes + " x " + features
                    + " weights and " + (headBias == null ? 0 : classes) + " biases, given were " + weight.length
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
