package dev.graft.model;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.HeadStep;
import dev.graft.model.graph.StateEntry;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Sets the values of a head. */
final class HeadValues {
    private HeadValues() {}

    /**
     * Adds the tensors of a new head to a state, layer by layer. The caller owns them. They are initialised as in PyTorch's {@code
     * Linear}: kaiming_uniform with a = sqrt(5) for the weight, then uniform within 1 / sqrt(inputs) for the bias. The weight of a cosine
     * classifier is drawn in the same way.
     *
     * @param head the tensors that there are; a foreign network may have no bias
     */
    static void draw(Map<String, Tensor> state, List<StateEntry> head, HeadGraph graph, RandomSource random) {
        for (HeadStep step : graph.steps()) {
            if (step instanceof HeadStep.Linear l) {
                Head layer = new Head(l.name());
                put(state, head, layer.weight(), weightBound(l.inputs()), random);
                put(state, head, layer.bias(), 1 / Math.sqrt(l.inputs()), random);
            } else if (step instanceof HeadStep.Cosine c) {
                put(state, head, new Head(c.name()).weight(), weightBound(c.inputs()), random);
                state.put(HeadGraph.scale(c), scalar(c.scale()));
            }
        }
    }

    /** PyTorch's formula with the same order of operations, so that the doubles are equal. */
    private static double weightBound(int inputs) {
        double gain = Math.sqrt(2.0 / (1 + 5));
        return Math.sqrt(3.0) * (gain / Math.sqrt(inputs));
    }

    private static void put(
            Map<String, Tensor> state, List<StateEntry> head, String name, double bound, RandomSource random) {
        for (StateEntry e : head) {
            if (e.name().equals(name)) state.put(name, drawn(e, bound, random));
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

    private static Tensor scalar(double value) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(Tensor.create(new float[] {(float) value}, 1));
        }
    }

    /** See {@link Classifier#replaceHead}. */
    static void set(NetworkModule network, ModelCard card, float[] weight, float[] bias) {
        if (!card.headGraph().isLinear()) {
            throw new IllegalArgumentException("head: the weight and bias of a linear layer cannot replace a head of"
                    + " the kind " + card.head().kind() + "; use a linear head");
        }
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
