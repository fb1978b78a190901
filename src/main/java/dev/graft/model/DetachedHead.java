package dev.graft.model;

import dev.graft.model.graph.HeadGraph;
import dev.graft.torch.NativeScope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * A copy of a classifier's head in evaluation mode, for features of a {@link dev.graft.model.fuse.FusedTrunk}: together they need no
 * classifier. Owns native memory: close it. Several threads may call it.
 */
public final class DetachedHead implements AutoCloseable {
    private final HeadGraph graph;
    private final Map<String, Tensor> tensors;

    private DetachedHead(HeadGraph graph, Map<String, Tensor> tensors) {
        this.graph = graph;
        this.tensors = tensors;
    }

    /** Copies the head, on the classifier's device. The classifier does not change. */
    public static DetachedHead of(Classifier classifier) {
        HeadGraph graph = classifier.card().headGraph();
        Map<String, Tensor> state = classifier.state();
        Map<String, Tensor> copies = new LinkedHashMap<>();
        try (NativeScope scope = NativeScope.open();
                InferenceMode inference = new InferenceMode(true)) {
            graph.state().forEach(e -> {
                Tensor t = state.get(e.name());
                if (t != null) copies.put(e.name(), NativeScope.own(t.detach().clone()));
            });
            return new DetachedHead(graph, copies);
        }
    }

    /**
     * The logits.
     *
     * @param features float32 [n, features], on the head's device
     * @return float32 [n, classes], owned by the open scope
     */
    public Tensor logits(Tensor features) {
        return HeadForward.of(graph, tensors::get, false, features);
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        tensors.clear();
    }
}
