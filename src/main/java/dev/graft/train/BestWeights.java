package dev.graft.train;

import dev.graft.model.Classifier;
import dev.graft.torch.NativeScope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A copy of all weights after the best epoch so far. Owns native memory. Used by the training thread. */
final class BestWeights implements AutoCloseable {
    private final Map<String, Tensor> copy = new LinkedHashMap<>();

    /** Copies the classifier's weights. */
    void keep(Classifier classifier) {
        close();
        try (NativeScope scope = NativeScope.open()) {
            classifier
                    .state()
                    .forEach((name, t) ->
                            copy.put(name, NativeScope.own(t.detach().cpu().clone())));
        }
    }

    /** Takes over tensors of a checkpoint. */
    void take(Map<String, Tensor> saved) {
        close();
        copy.putAll(saved);
    }

    /** Copies them into the classifier. */
    void putInto(Classifier classifier) {
        try (NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            classifier.state().forEach((name, t) -> t.copy_(copy.get(name)));
        }
    }

    @Override
    public void close() {
        copy.values().forEach(Tensor::close);
        copy.clear();
    }
}
