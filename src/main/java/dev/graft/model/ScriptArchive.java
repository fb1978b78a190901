package dev.graft.model;

import dev.graft.torch.NativeBuffer;
import dev.graft.torch.NativeScope;
import dev.graft.torch.TorchException;
import dev.graft.weights.PickleNode;
import dev.graft.weights.PickleWriter;
import dev.graft.weights.TorchZipWriter;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes TorchScript archives in Java, tensor by tensor from native memory to a channel, and has LibTorch read them from
 * memory. LibTorch's own writer aborts the process when a disk is full; and a network that is written needs no calls to
 * define and register its layers.
 */
final class ScriptArchive {
    /** What the archive's outermost object is. */
    enum Root {
        /** The network, as {@code torch.jit.load} expects it. */
        NETWORK,
        /** A holder of the network: LibTorch's reader of memory hands out attributes only. */
        HELD
    }

    private ScriptArchive() {}

    /**
     * Writes an archive.
     *
     * @param tensors a parameter or buffer by name
     * @param extras text files under {@code extra/}
     */
    static void write(
            WritableByteChannel out,
            Architecture architecture,
            Function<String, Tensor> tensors,
            Root root,
            Map<String, String> extras)
            throws IOException {
        Map<String, String> storages = new LinkedHashMap<>();
        PickleNode network = ResNetScript.tree(architecture, name -> {
            String storage = Integer.toString(storages.size());
            storages.put(storage, name);
            return StateWriter.node(storage, tensors.apply(name));
        });
        try (TorchZipWriter zip = new TorchZipWriter(out, "graft")) {
            zip.entry("data.pkl", PickleWriter.write(root == Root.HELD ? ResNetScript.held(network) : network));
            zip.entry("code/__torch__/dev/graft.py", utf8(ResNetScript.source(architecture)));
            zip.entry("constants.pkl", PickleWriter.write(PickleNode.tuple()));
            for (Map.Entry<String, String> extra : extras.entrySet()) {
                zip.entry("extra/" + extra.getKey(), utf8(extra.getValue()));
            }
            for (Map.Entry<String, String> storage : storages.entrySet()) {
                StateWriter.entry(zip, storage.getKey(), tensors.apply(storage.getValue()));
            }
        }
    }

    /** The network inside an archive of {@link Root#HELD}; the caller owns the module. */
    static JitModule read(NativeBuffer archive) {
        try (NativeScope scope = NativeScope.open()) {
            InputArchive in = new InputArchive();
            in.load_from(archive.pointer(), archive.size());
            IValue network = new IValue();
            in.read("model", network);
            return NativeScope.own(new JitModule(network.toObject()));
        } catch (RuntimeException e) {
            throw new TorchException(
                    "model: LibTorch does not read the network that Graft wrote; please report this", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
