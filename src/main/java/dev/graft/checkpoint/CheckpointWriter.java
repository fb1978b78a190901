package dev.graft.checkpoint;

import dev.graft.model.state.StateWriter;
import dev.graft.torch.NativeScope;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Writes the file that {@link Checkpoint} reads. */
final class CheckpointWriter {
    private CheckpointWriter() {}

    static void write(WritableByteChannel out, Contents contents) throws IOException {
        try (NativeScope scope = NativeScope.open();
                TorchZipWriter zip = new TorchZipWriter(out, "graft")) {
            Storages storages = new Storages();
            Map<String, Object> root = new LinkedHashMap<>();
            root.put("format", Checkpoint.FORMAT);
            root.put(
                    "model",
                    PickleNode.orderedDict(
                            storages.nodes("", contents.classifier().state())));
            Map<String, Object> optimizer = new LinkedHashMap<>();
            contents.optimizer()
                    .state()
                    .forEach((name, held) -> optimizer.put(name, storages.nodes("optimizer-", held)));
            root.put("optimizer", Map.of("kind", contents.optimizer().kind(), "state", optimizer));
            root.put("averaged", storages.nodes("averaged-", contents.averaged()));
            byte[] generator = contents.generator();
            root.put("generator", storages.node("generator-", Tensor.create(generator, false, generator.length)));
            root.put("graft", contents.classifier().cardText());
            root.put("plan", contents.plan().toJson());
            root.put("run", contents.run().toJson());
            root.put("data", data(contents.data()));
            zip.entry("data.pkl", PickleWriter.write(root));
            storages.writeTo(zip);
        }
    }

    private static Map<String, Object> data(Data data) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("pictures", data.pictures());
        values.put("training", data.training());
        values.put("validation", data.validation());
        return values;
    }

    /** The tensors of the file in the order of their names, each in its own entry. */
    private static final class Storages {
        private final Map<String, Tensor> all = new LinkedHashMap<>();

        Map<String, Object> nodes(String prefix, Map<String, Tensor> tensors) {
            Map<String, Object> nodes = new LinkedHashMap<>();
            tensors.forEach((name, t) -> nodes.put(name, node(prefix, t)));
            return nodes;
        }

        Object node(String prefix, Tensor t) {
            String name = prefix + all.size();
            all.put(name, t);
            return StateWriter.node(name, t);
        }

        void writeTo(TorchZipWriter zip) throws IOException {
            for (Map.Entry<String, Tensor> e : all.entrySet()) StateWriter.entry(zip, e.getKey(), e.getValue());
        }
    }
}
