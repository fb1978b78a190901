package dev.graft.model.fuse;

import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedScript.Operators;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.script.ScriptArchive;
import dev.graft.model.state.StateWriter;
import dev.graft.torch.NativeBuffer;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * The archive of a fused trunk, written into native memory for LibTorch.
 *
 * @param stages number of stages: all of them with the pooling after them, or fewer
 */
record FusedArchive(ResNetGraph graph, int stages, Precision precision, Operators operators) {
    /** The code. */
    String source() {
        return FusedScript.source(graph, stages, precision, operators);
    }

    /**
     * Writes the archive and lets LibTorch read it. The caller owns the module.
     *
     * @param own see {@link FusedScript#tree}
     * @param tensors by name
     */
    JitModule read(Function<String, Map<String, Object>> own, Map<String, Tensor> tensors) {
        long bytes = tensors.values().stream().mapToLong(t -> t.nbytes() + 256).sum();
        try (NativeBuffer archive = new NativeBuffer(bytes + (1 << 17))) {
            write(new TorchZipWriter(archive, "graft"), own, tensors);
            return ScriptArchive.read(Path.of("the fused " + graph.title()), archive);
        } catch (IOException e) { // cannot be: no disk is involved
            throw new IllegalStateException("model: the fused trunk could not be written into memory: " + e, e);
        }
    }

    private void write(TorchZipWriter zip, Function<String, Map<String, Object>> own, Map<String, Tensor> tensors)
            throws IOException {
        Map<String, String> storages = new LinkedHashMap<>();
        PickleNode tree = FusedScript.tree(graph, stages, operators, own, name -> {
            String storage = Integer.toString(storages.size());
            storages.put(storage, name);
            return StateWriter.node(storage, tensors.get(name));
        });
        zip.entry("data.pkl", PickleWriter.write(tree));
        zip.entry("code/__torch__/dev/graft/fused.py", source().getBytes(StandardCharsets.UTF_8));
        zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
        for (Map.Entry<String, String> storage : storages.entrySet()) {
            StateWriter.entry(zip, storage.getKey(), tensors.get(storage.getValue()));
        }
        zip.close();
    }
}
