package dev.graft.model.script;

import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.state.StateWriter;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.script.ScriptTemplate.Root;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/** A ResNet with Graft's own code, and its head. */
public record ResNetBlueprint(ResNetGraph graph, HeadGraph head) implements Blueprint {
    @Override
    public List<StateEntry> state() {
        return graph.state(head);
    }

    @Override
    public long codeBytes() {
        return 1 << 17;
    }

    @Override
    public Tensor forward(JitModule network, Tensor input) {
        return AsWritten.forward(network, input);
    }

    @Override
    public void write(WritableByteChannel out, Function<String, Tensor> tensors, Root root, Map<String, String> extras)
            throws IOException {
        write(out, tensors, "", root == Root.HELD ? ResNetScript::held : UnaryOperator.identity(), extras);
    }

    /**
     * Writes an archive whose outermost object is around the network, with code of its own.
     *
     * @param tensors returns the parameter or buffer with a name
     * @param extras text files under {@code extra/}
     */
    public void write(
            WritableByteChannel out,
            Function<String, Tensor> tensors,
            ScriptWrapper wrapper,
            Map<String, String> extras)
            throws IOException {
        write(out, tensors, wrapper.source(), wrapper::around, extras);
    }

    private void write(
            WritableByteChannel out,
            Function<String, Tensor> tensors,
            String moreSource,
            UnaryOperator<PickleNode> root,
            Map<String, String> extras)
            throws IOException {
        Map<String, String> storages = new LinkedHashMap<>();
        PickleNode network = ResNetScript.tree(graph, head, name -> {
            String storage = Integer.toString(storages.size());
            storages.put(storage, name);
            return StateWriter.node(storage, tensors.apply(name));
        });
        try (TorchZipWriter zip = new TorchZipWriter(out, "graft")) {
            zip.entry("data.pkl", PickleWriter.write(root.apply(network)));
            zip.entry("code/__torch__/dev/graft.py", utf8(ResNetScript.source(graph, head) + moreSource));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
            for (Map.Entry<String, String> extra : extras.entrySet()) {
                zip.entry("extra/" + extra.getKey(), utf8(extra.getValue()));
            }
            for (Map.Entry<String, String> storage : storages.entrySet()) {
                StateWriter.entry(zip, storage.getKey(), tensors.apply(storage.getValue()));
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
