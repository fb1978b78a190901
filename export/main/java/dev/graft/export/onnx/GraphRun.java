package dev.graft.export.onnx;

import dev.graft.export.onnx.OnnxModel.Node;
import dev.graft.export.onnx.OnnxModel.Stored;
import dev.graft.model.state.TensorBytes;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs an ONNX graph with LibTorch's operators, node by node. A tensor is read from the file when its node needs it,
 * and a value is freed after its last use.
 *
 * <p>Owns native memory: close it. Not thread-safe.
 */
final class GraphRun implements AutoCloseable {
    private final OnnxModel model;
    private final FileChannel file;
    private final Map<String, Tensor> values = new HashMap<>();

    /**
     * A run that has not begun.
     *
     * @param file what {@code model} was read from; the caller closes it
     */
    GraphRun(OnnxModel model, FileChannel file) {
        this.model = model;
        this.file = file;
    }

    /**
     * Computes all nodes.
     *
     * @param input float32 on the processor
     * @param kept names of the values to keep
     * @throws IOException with the node that cannot be computed
     */
    void run(String name, Tensor input, Set<String> kept) throws IOException {
        values.put(name, NativeScope.own(new Tensor(input)));
        Map<String, Integer> lastUses = new HashMap<>();
        for (int i = 0; i < model.nodes().size(); i++) {
            for (String used : model.nodes().get(i).inputs()) {
                lastUses.put(used, i);
            }
        }
        for (int i = 0; i < model.nodes().size(); i++) {
            Node node = model.nodes().get(i);
            compute(node);
            for (String used : node.inputs()) {
                if (lastUses.get(used) == i && !kept.contains(used)) {
                    free(used);
                }
            }
        }
    }

    /**
     * A value that was kept; this object owns it.
     *
     * @throws IOException when no node computes it
     */
    Tensor value(String name) throws IOException {
        Tensor value = values.get(name);
        if (value == null) {
            throw new IOException("no node computes '" + name + "'");
        }
        return value;
    }

    private void compute(Node node) throws IOException {
        if (node.outputs().size() != 1 || values.containsKey(node.outputs().get(0))) {
            throw new IOException("the node '" + node.name() + "' has the outputs " + node.outputs());
        }
        try (NativeScope scope = NativeScope.open()) {
            List<Tensor> inputs = new ArrayList<>();
            for (String input : node.inputs()) {
                inputs.add(input(input));
            }
            values.put(node.outputs().get(0), NativeScope.own(Operators.apply(node, inputs)));
        } catch (RuntimeException e) { // LibTorch's, when shapes do not fit together
            throw new IOException("the node '" + node.name() + "' (" + node.operator() + ") cannot be computed", e);
        }
    }

    private Tensor input(String name) throws IOException {
        Stored stored = model.tensors().get(name);
        return stored == null ? value(name) : read(stored);
    }

    private Tensor read(Stored stored) throws IOException {
        Tensor tensor =
                torch.empty(stored.shape().stream().mapToLong(Long::longValue).toArray());
        ByteBuffer bytes = TensorBytes.of(tensor);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, stored.at() + bytes.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return tensor;
    }

    private void free(String name) {
        Tensor value = values.remove(name);
        if (value != null) { // not a tensor of the file
            value.close();
        }
    }

    @Override
    public void close() {
        values.values().forEach(Tensor::close);
        values.clear();
    }
}
