package dev.graft.export.onnx;

import dev.graft.export.onnx.OnnxOptions.Norms;
import dev.graft.export.onnx.OnnxOptions.Output;
import dev.graft.export.onnx.Schema.Graph;
import dev.graft.model.Layer;
import dev.graft.model.fuse.Folding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Translates a network's layers to ONNX: the nodes, and the tensors that they take. */
final class GraphMaker {
    private final OnnxOptions options;
    private final boolean multiLabel;
    private final Map<String, Tensor> state;
    private final String last;
    private final Message nodes = new Message();
    private final List<Initializer> initializers = new ArrayList<>();
    /** Convolutions that wait for the batch norm to fold into them, by name. */
    private final Map<String, Layer.Convolution> waiting = new HashMap<>();

    /**
     * Makes an empty graph.
     *
     * @param state the network's tensors; they are read when the initializers are written
     * @param last the name of the layer whose value are the logits
     */
    GraphMaker(OnnxOptions options, boolean multiLabel, Map<String, Tensor> state, String last) {
        this.multiLabel = multiLabel;
        this.options = options;
        this.state = state;
        this.last = last;
    }

    /** The fields of all nodes, in the order of computation. */
    Message nodes() {
        return nodes;
    }

    /** The tensors, in the order of their nodes. */
    List<Initializer> initializers() {
        return initializers;
    }

    void add(Layer layer) throws IOException {
        if (layer instanceof Layer.Convolution c) {
            add(c);
        } else if (layer instanceof Layer.BatchNorm n) {
            add(n);
        } else if (layer instanceof Layer.Relu r) {
            add(node("Relu", r.name(), r.input()));
        } else if (layer instanceof Layer.MaxPool p) {
            add(window(node("MaxPool", p.name(), p.input()), p.kernel(), p.padding(), p.stride()));
        } else if (layer instanceof Layer.Add a) {
            add(node("Add", a.name(), a.left(), a.right()));
        } else if (layer instanceof Layer.AveragePool p) {
            add(node("GlobalAveragePool", p.name(), p.input()));
        } else if (layer instanceof Layer.Flatten f) {
            add(node("Flatten", f.name(), f.input()).number("axis", 1));
        } else if (layer instanceof Layer.Linear l) {
            add(l);
        } else if (layer instanceof Layer.Cosine c) {
            add(c);
        } else {
            throw new IllegalStateException("onnx: no translation of " + layer);
        }
    }

    private void add(Layer.Convolution c) throws IOException {
        if (options.norms() == Norms.FOLDED) {
            waiting.put(c.name(), c);
        } else {
            add(convolution(c, c.name(), List.of(c.input(), own(c.name() + ".weight"))));
        }
    }

    private void add(Layer.BatchNorm n) throws IOException {
        Layer.Convolution c = waiting.remove(n.input());
        if (c == null) {
            List<String> inputs = List.of(
                    n.input(),
                    own(n.name() + ".weight"),
                    own(n.name() + ".bias"),
                    own(n.name() + ".running_mean"),
                    own(n.name() + ".running_var"));
            add(new NodeMessage("BatchNormalization", n.name(), n.name(), inputs).real("epsilon", n.epsilon()));
            return;
        }
        String weight = c.name() + ".weight";
        long[] shape = state.get(weight).shape();
        String folded = made(weight, shape, () -> Folding.weight(c.name(), n.name(), state));
        String bias = made(c.name() + ".bias", new long[] {shape[0]}, () -> Folding.bias(n.name(), state));
        add(convolution(c, n.name(), List.of(c.input(), folded, bias)));
    }

    private void add(Layer.Linear l) throws IOException {
        gemm(l.name(), List.of(l.input(), own(l.name() + ".weight"), own(l.name() + ".bias")));
    }

    /** The scale and the length of each class's weight are constants of the file. */
    private void add(Layer.Cosine c) throws IOException {
        String length = c.name() + ".length";
        String least = made(c.name() + ".least", new long[] {1}, () -> Tensor.create((float) c.least()));
        add(node("ReduceL2", length, c.input()).numbers("axes", 1, 1));
        add(node("Max", length + ".above", length, least));
        add(node("Div", c.name() + ".normalized", c.input(), length + ".above"));
        String weight = c.name() + ".weight";
        String scaled = made(weight, state.get(weight).shape(), () -> scaled(c));
        gemm(c.name(), List.of(c.name() + ".normalized", scaled));
    }

    private Tensor scaled(Layer.Cosine c) {
        Tensor weight = state.get(c.name() + ".weight").detach();
        Tensor length = torch.linalg_vector_norm(weight, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
        Tensor scale = state.get(c.name() + ".scale").detach();
        return weight.div(length.clamp_min(new Scalar(c.least()))).mul(scale);
    }

    private void gemm(String name, List<String> inputs) throws IOException {
        boolean ends = name.equals(last);
        String logits = Output.LOGITS.title();
        add(new NodeMessage("Gemm", name, ends ? logits : name, inputs).number("transB", 1));
        if (ends && options.output() == Output.PROBABILITIES) {
            String output = Output.PROBABILITIES.title();
            add(
                    multiLabel
                            ? new NodeMessage("Sigmoid", "sigmoid", output, List.of(logits))
                            : new NodeMessage("Softmax", "softmax", output, List.of(logits)).number("axis", 1));
        }
    }

    private static NodeMessage convolution(Layer.Convolution c, String output, List<String> inputs) throws IOException {
        NodeMessage node = new NodeMessage("Conv", c.name(), output, inputs);
        return window(node, c.kernel(), c.padding(), c.stride()).number("group", c.groups());
    }

    private static NodeMessage window(NodeMessage node, int kernel, int padding, int stride) throws IOException {
        return node.numbers("kernel_shape", 2, kernel)
                .numbers("pads", 4, padding)
                .numbers("strides", 2, stride);
    }

    private static NodeMessage node(String operator, String name, String... inputs) throws IOException {
        return new NodeMessage(operator, name, name, List.of(inputs));
    }

    private void add(NodeMessage node) throws IOException {
        nodes.part(Graph.NODE, node.message());
    }

    /** A tensor of the classifier, as it is. */
    private String own(String name) {
        return made(name, state.get(name).shape(), () -> state.get(name));
    }

    private String made(String name, long[] shape, Supplier<Tensor> value) {
        initializers.add(new Initializer(name, shape, value));
        return name;
    }
}
