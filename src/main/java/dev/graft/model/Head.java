package dev.graft.model;

import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A new last layer: {@code fc.weight} [classes, features] and {@code fc.bias} [classes], drawn as PyTorch's {@code Linear}
 * draws them (kaiming_uniform with a = sqrt(5), then the bias within 1 / sqrt(features)).
 */
final class Head {
    private Head() {}

    /** Adds the two tensors to a state, owned by the caller. */
    static void add(Map<String, Tensor> state, ModelCard card, RandomSource random) {
        int classes = card.classes().size();
        int features = card.architecture().features();
        // PyTorch's expression for the bound, in its order, so that the doubles are the same.
        double gain = Math.sqrt(2.0 / (1 + 5));
        double weightBound = Math.sqrt(3.0) * (gain / Math.sqrt(features));
        double biasBound = 1 / Math.sqrt(features);
        try (NativeScope scope = NativeScope.open()) {
            Tensor weight = NativeScope.own(torch.empty(classes, features));
            state.put("fc.weight", weight);
            Tensor bias = NativeScope.own(torch.empty(classes));
            state.put("fc.bias", bias);
            random.uniform(weight, -weightBound, weightBound);
            random.uniform(bias, -biasBound, biasBound);
        }
    }
}
