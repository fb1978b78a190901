package dev.graft.model;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.HeadStep;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Computes a head with LibTorch's operations: the same, in the same order, as its TorchScript. */
final class HeadForward {
    private HeadForward() {}

    /**
     * The logits.
     *
     * @param tensors returns the parameter or buffer with a name, or null if the head has none with this name
     * @param training whether dropout drops
     * @param features float32 [n, features]
     * @return float32 [n, classes], owned by the open scope
     */
    static Tensor of(HeadGraph head, Function<String, Tensor> tensors, boolean training, Tensor features) {
        Tensor value = features;
        for (HeadStep step : head.steps()) {
            if (step instanceof HeadStep.Linear l) {
                value = linear(new Head(l.name()), tensors, value);
            } else if (step instanceof HeadStep.Relu) {
                value = value.relu();
            } else if (step instanceof HeadStep.Dropout d) {
                value = torch.dropout(value, d.rate(), training);
            } else if (step instanceof HeadStep.Cosine c) {
                Tensor weight = normalized(tensors.apply(new Head(c.name()).weight()));
                value = tensors.apply(HeadGraph.scale(c)).mul(torch.linear(normalized(value), weight));
            }
        }
        return value;
    }

    private static Tensor linear(Head layer, Function<String, Tensor> tensors, Tensor value) {
        Tensor weight = tensors.apply(layer.weight());
        Tensor bias = tensors.apply(layer.bias());
        return bias == null ? torch.linear(value, weight) : torch.linear(value, weight, bias);
    }

    private static Tensor normalized(Tensor rows) {
        Tensor length = torch.linalg_vector_norm(rows, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
        return rows.div(length.clamp_min(new Scalar(HeadStep.Cosine.LEAST)));
    }
}
