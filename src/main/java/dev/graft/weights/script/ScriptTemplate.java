package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZip;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The code and the objects of a TorchScript archive, read without running any code, to be written again with other
 * parameters and buffers.
 *
 * <p>So a layer of another network is replaced, and a trained network is saved, by writing a file. Nothing has to be
 * changed inside LibTorch, and LibTorch's own writer, which aborts the process when a disk is full, is not needed.
 * Everything that is not a parameter or buffer (constants, tensors that are plain attributes) is copied unchanged and
 * stays in memory meanwhile. Source line information for error messages and the example inputs of a trace are not
 * copied. Thread-safe.
 */
public final class ScriptTemplate {
    /** The limit for unchanged data, in bytes: the code and constants of torchvision's networks take less than 2 MB. */
    private static final int MAX_KEPT = 64 << 20;

    private static final String HOLDER = """
            class Holder(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              model : %s
            """;

    /** The outermost object of the written archive. */
    public enum Root {
        /** The network, as {@code torch.jit.load} expects it. */
        NETWORK,
        /**
         * An object with the network as its attribute {@code model}: LibTorch's in-memory reader only returns
         * attributes.
         */
        HELD
    }

    /** The parameters and buffers to write. */
    public interface Tensors {
        /** The pickle node of a tensor; its storage must be named {@code storage}. */
        PickleNode node(String storage, String name);

        /** Writes the entry {@code data/STORAGE} of a tensor. */
        void entry(TorchZipWriter zip, String storage, String name) throws IOException;
    }

    /** The attribute of a layer of {@link #keeping} that holds its last output. */
    public static final String OUTPUT = KeptLayer.OUTPUT;

    private final Path file;
    private final ScriptObject network;
    private final KeptLayer kept; // null: no layer keeps its output
    private final StateNames names;
    private final Set<String> parameters;
    private final Map<String, StoredTensor> linears;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, byte[]> keptStorages = new LinkedHashMap<>();
    /** Numbered from 0, so that writing an archive again gives the same bytes. */
    private final Map<String, String> keptNames = new HashMap<>();

    public ScriptTemplate(Path file, TorchZip zip, ScriptObject network, ScriptModule module) throws IOException {
        this.file = file;
        this.network = network;
        this.kept = null;
        this.names = new StateNames(module.tensors());
        this.parameters = module.parameters();
        this.linears = module.linears();
        long kept = 0;
        for (String name : zip.names()) {
            if (!isKept(name)) continue;
            kept += zip.size(name);
            if (kept > MAX_KEPT) throw tooMuch(file);
            entries.put(name, zip.bytes(name, MAX_KEPT));
        }
        for (StoredTensor t : new LooseTensors(file, this.names).of(network)) {
            if (keptStorages.containsKey(t.storage())) continue;
            kept += t.storageBytes();
            if (kept > MAX_KEPT) throw tooMuch(file);
            ByteBuffer bytes = ByteBuffer.allocate((int) t.storageBytes());
            zip.read("data/" + t.storage(), bytes);
            keptNames.put(t.storage(), "kept-" + keptNames.size());
            keptStorages.put(t.storage(), bytes.array());
        }
    }

    private ScriptTemplate(ScriptTemplate original, KeptLayer kept) {
        this.file = original.file;
        this.network = original.network;
        this.kept = kept;
        this.names = original.names;
        this.parameters = original.parameters;
        this.linears = original.linears;
        entries.putAll(original.entries);
        entries.put(kept.entry(), utf8(kept.code()));
        keptStorages.putAll(original.keptStorages);
        keptStorages.put(KeptLayer.STORAGE, new byte[0]);
        keptNames.putAll(original.keptNames);
        keptNames.put(KeptLayer.STORAGE, KeptLayer.STORAGE);
    }

    /**
     * The same network, with a layer that also stores its output: each call of the layer's {@code forward} sets its attribute
     * {@link #OUTPUT}, and the network goes on with a copy, so that operations in place do not change what is stored.
     *
     * @param layer its name, such as {@code features.7}
     * @throws IllegalArgumentException when there is no such layer; the message lists those that there are
     * @throws WeightsException when its {@code forward} does not turn one tensor into one tensor
     */
    public ScriptTemplate keeping(String layer) throws WeightsException {
        return new ScriptTemplate(this, KeptLayer.of(file, network, layer, entry -> {
            byte[] code = entries.get(entry);
            return code == null ? "" : new String(code, StandardCharsets.UTF_8);
        }));
    }

    private static WeightsException tooMuch(Path file) {
        return new WeightsException(
                file,
                "keeps more than " + (MAX_KEPT >> 20) + " MB in its code and constants (a frozen module does)",
                "save the module without torch.jit.freeze");
    }

    /**
     * Whether an entry is copied: code, constants and extra files, but not tensors, debug information and the inputs of
     * a trace.
     */
    private static boolean isKept(String name) {
        return name.startsWith("code/") && !name.endsWith(".debug_pkl")
                || name.startsWith("constants")
                || name.startsWith("extra/")
                || name.equals("version")
                || name.equals(".data/version");
    }

    /** The size of the code, the constants and everything else that is copied unchanged, in bytes. */
    public long keptBytes() {
        return Stream.concat(entries.values().stream(), keptStorages.values().stream())
                .mapToLong(bytes -> bytes.length)
                .sum();
    }

    /** The parameters and buffers by name, in the order of the file. */
    public Map<String, StoredTensor> state() {
        return names.state();
    }

    /** The names in {@link #state} that are parameters; the others are buffers. */
    public Set<String> parameters() {
        return parameters;
    }

    /** The weights [outputs, inputs] of PyTorch's linear layers by the name of the layer, in the order of the file. */
    public Map<String, StoredTensor> linears() {
        return linears;
    }

    /**
     * Writes the archive.
     *
     * @param extras text files under {@code extra/}; they replace those of the original with the same name
     */
    public void write(WritableByteChannel out, Root root, Tensors tensors, Map<String, String> extras)
            throws IOException {
        Transcription transcription = new Transcription(names, keptNames, tensors, this::added);
        Object object = transcription.of(network);
        if (root == Root.HELD) {
            Map<String, Object> holder = new LinkedHashMap<>();
            holder.put("training", false);
            holder.put("model", object);
            object = PickleNode.object("__torch__.dev.graft.held.Holder", holder);
        }
        try (TorchZipWriter zip = new TorchZipWriter(out, "graft")) {
            zip.entry("data.pkl", PickleWriter.write(object));
            for (Map.Entry<String, byte[]> entry : entries.entrySet())
                if (!extras.containsKey(entry.getKey().replaceFirst("^extra/", "")))
                    zip.entry(entry.getKey(), entry.getValue());
            if (root == Root.HELD)
                zip.entry("code/__torch__/dev/graft/held.py", utf8(HOLDER.formatted(network.type.toString())));
            for (Map.Entry<String, String> extra : extras.entrySet())
                zip.entry("extra/" + extra.getKey(), utf8(extra.getValue()));
            for (Map.Entry<String, String> storage : transcription.storages().entrySet())
                tensors.entry(zip, storage.getKey(), storage.getValue());
            for (Map.Entry<String, byte[]> storage : keptStorages.entrySet())
                zip.entry("data/" + keptNames.get(storage.getKey()), storage.getValue());
        }
    }

    private Map<String, Object> added(ScriptObject object) {
        return kept == null ? Map.of() : kept.attributes(object);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
