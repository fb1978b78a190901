package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleStack;
import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.pickle.PickleWriter;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.zip.TorchZip;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A TorchScript archive taken apart without running any of it: its code and its objects, to be written again with other
 * parameters and buffers.
 *
 * <p>So a layer of a foreign network is replaced, and a trained one saved, by writing a file: nothing has to be changed
 * inside LibTorch, and LibTorch's own writer, which aborts the process when a disk is full, is not needed. What is not a
 * parameter or buffer (constants, tensors that are plain attributes) goes over byte by byte and stays in memory meanwhile.
 * Names of source lines for error messages and the inputs of a trace are left behind. May be used by several threads.
 */
public final class ScriptTemplate {
    /** What goes over byte by byte, at most: the code and constants of the networks of torchvision take under 2 MB. */
    private static final int MAX_KEPT = 64 << 20;

    private static final String HOLDER = """
            class Holder(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              model : %s
            """;

    /** What the outermost object of the written archive is. */
    public enum Root {
        /** The network, as {@code torch.jit.load} expects it. */
        NETWORK,
        /** A holder with the network as its attribute {@code model}: LibTorch's reader of memory hands out attributes only. */
        HELD
    }

    /** The parameters and buffers to write. */
    public interface Tensors {
        /** How a tensor is named in the pickle; its storage is to be called {@code storage}. */
        PickleNode node(String storage, String name);

        /** Writes the entry {@code data/STORAGE} of a tensor. */
        void entry(TorchZipWriter zip, String storage, String name) throws IOException;
    }

    /** By the view of a storage: that makes two names one tensor. An order, for hashes can be made to collide. */
    private static final Comparator<StoredTensor> VIEW = Comparator.comparing(StoredTensor::storage)
            .thenComparing(StoredTensor::kind)
            .thenComparingLong(StoredTensor::offset)
            .thenComparing(StoredTensor::shape, ScriptTemplate::compare)
            .thenComparing(StoredTensor::strides, ScriptTemplate::compare);

    private final ScriptObject network;
    private final Map<String, StoredTensor> state;
    private final Set<String> parameters;
    private final Map<String, StoredTensor> linears;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, byte[]> keptStorages = new LinkedHashMap<>();
    /** Numbered anew, so that an archive written again is the same. */
    private final Map<String, String> keptNames = new HashMap<>();

    public ScriptTemplate(Path file, TorchZip zip, ScriptObject network, ScriptModule names) throws IOException {
        this.network = network;
        this.state = names.tensors();
        this.parameters = names.parameters();
        this.linears = names.linears();
        long kept = 0;
        for (String name : zip.names()) {
            if (!isKept(name)) continue;
            kept += zip.size(name);
            if (kept > MAX_KEPT) throw tooMuch(file);
            entries.put(name, zip.bytes(name, MAX_KEPT));
        }
        for (StoredTensor t : new Attributes(file).tensors()) {
            if (keptStorages.containsKey(t.storage())) continue;
            kept += t.storageBytes();
            if (kept > MAX_KEPT) throw tooMuch(file);
            ByteBuffer bytes = ByteBuffer.allocate((int) t.storageBytes());
            zip.read("data/" + t.storage(), bytes);
            keptNames.put(t.storage(), "kept-" + keptNames.size());
            keptStorages.put(t.storage(), bytes.array());
        }
    }

    private static WeightsException tooMuch(Path file) {
        return new WeightsException(
                file,
                "keeps more than " + (MAX_KEPT >> 20) + " MB in its code and constants (a frozen module does)",
                "save the module without torch.jit.freeze");
    }

    /** Code, constants and files beside them; not the tensors, the notes for debuggers, the inputs of a trace. */
    private static boolean isKept(String name) {
        return name.startsWith("code/") && !name.endsWith(".debug_pkl")
                || name.startsWith("constants")
                || name.startsWith("extra/")
                || name.equals("version")
                || name.equals(".data/version");
    }

    /** Bytes of code, constants and whatever else goes over as it is. */
    public long keptBytes() {
        return Stream.concat(entries.values().stream(), keptStorages.values().stream())
                .mapToLong(bytes -> bytes.length)
                .sum();
    }

    /** The parameters and buffers by name, in the file's order. */
    public Map<String, StoredTensor> state() {
        return state;
    }

    /** Those names of {@link #state} that are parameters; the others are buffers. */
    public Set<String> parameters() {
        return parameters;
    }

    /** The weights [outputs, inputs] of PyTorch's linear layers in the file's order, by the names of the layers. */
    public Map<String, StoredTensor> linears() {
        return linears;
    }

    /**
     * Writes the archive.
     *
     * @param extras text files under {@code extra/}, which take the place of the original's of the same name
     */
    public void write(WritableByteChannel out, Root root, Tensors tensors, Map<String, String> extras)
            throws IOException {
        Transcription transcription = new Transcription(tensors);
        Object object = transcription.node(network, "");
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
            for (Map.Entry<String, String> storage : transcription.storages.entrySet())
                tensors.entry(zip, storage.getKey(), storage.getValue());
            for (Map.Entry<String, byte[]> storage : keptStorages.entrySet())
                zip.entry("data/" + keptNames.get(storage.getKey()), storage.getValue());
        }
    }

    private static int compare(List<Long> one, List<Long> other) {
        for (int i = 0; i < one.size() && i < other.size(); i++)
            if (!one.get(i).equals(other.get(i))) return Long.compare(one.get(i), other.get(i));
        return Integer.compare(one.size(), other.size());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The name of an attribute in {@link #state}, as ScriptModule makes it and bounds its length; null where none of
     * that name can be: inside lists and the like, and for what is neither tensor nor module.
     */
    private static String path(String prefix, Object key, Object value) {
        boolean named = value instanceof StoredTensor || value instanceof ScriptObject;
        return named && prefix != null ? prefix + key : null;
    }

    private StoredTensor tensor(String path) {
        return path == null ? null : state.get(path);
    }

    private static String prefix(String path) {
        return path == null ? null : path + ".";
    }

    /** Finds the tensors that are neither parameters nor buffers. Recursion is bounded by PickleTree. */
    private final class Attributes {
        private final Path file;
        private final List<StoredTensor> found = new ArrayList<>();

        Attributes(Path file) {
            this.file = file;
        }

        List<StoredTensor> tensors() throws WeightsException {
            collect(network, "", "");
            return found;
        }

        /**
         * Collects a value's tensors.
         *
         * @param prefix of the names of its attributes; null where they have none in {@link #state}
         * @param attribute the innermost attribute that it is part of, for a message
         */
        private void collect(Object value, String prefix, Object attribute) throws WeightsException {
            if (value instanceof StoredTensor tensor) found.add(tensor);
            else if (value instanceof ScriptObject object && object.state() instanceof Dict dict)
                for (Map.Entry<Object, Object> item : dict.items().entrySet()) {
                    requireWritable(item.getKey(), item.getKey());
                    String path = path(prefix, item.getKey(), item.getValue());
                    if (tensor(path) == null) collect(item.getValue(), prefix(path), item.getKey());
                }
            else if (value instanceof ScriptObject object) collect(object.state(), null, attribute);
            else if (value instanceof Dict dict) {
                for (Object key : dict.items().keySet()) requireWritable(key, attribute);
                collectAll(dict.items().values(), attribute);
            } else if (value instanceof Tuple tuple) collectAll(tuple.items(), attribute);
            else if (value instanceof Built built) collectAll(built.arguments(), attribute);
            else if (value instanceof List<?> list) collectAll(list, attribute);
            else requireWritable(value, attribute);
        }

        private void collectAll(Collection<?> values, Object attribute) throws WeightsException {
            for (Object value : values) collect(value, null, attribute);
        }

        /** LibTorch, whose values these are, has no larger numbers and no bytes. */
        private void requireWritable(Object value, Object attribute) throws WeightsException {
            if (value instanceof BigInteger || value instanceof byte[] || value instanceof Storage)
                throw new WeightsException(
                        file,
                        "its attribute " + WeightsException.quote(attribute.toString()) + " holds "
                                + PickleStack.nameOf(value) + " that TorchScript does not have"
                                + " (allowed: tensors, texts, numbers of 64 bits)",
                        "save it with torch.jit.save");
        }
    }

    /** Turns what was read into what can be written; one object stays one object. Recursion is bounded by PickleTree. */
    private final class Transcription {
        private final Tensors tensors;
        private final Map<ScriptObject, PickleNode> objects = new IdentityHashMap<>();
        private final Map<StoredTensor, String> views = new TreeMap<>(VIEW);
        /** The name of the tensor that fills each storage. */
        private final Map<String, String> storages = new LinkedHashMap<>();

        Transcription(Tensors tensors) {
            this.tensors = tensors;
        }

        /** The node of a value; {@code prefix} as in Attributes. */
        Object node(Object value, String prefix) {
            if (value instanceof ScriptObject object) {
                PickleNode known = objects.get(object);
                if (known != null) return known;
                PickleNode node = PickleNode.restored(object.type.toString(), objectState(object, prefix));
                objects.put(object, node);
                return node;
            }
            if (value instanceof StoredTensor tensor) return kept(tensor);
            if (value instanceof Dict dict) {
                Map<Object, Object> items = new LinkedHashMap<>();
                dict.items().forEach((key, item) -> items.put(key, node(item, null)));
                return dict.ordered() ? PickleNode.orderedDict(items) : items;
            }
            if (value instanceof Tuple tuple) return PickleNode.tuple(nodes(tuple.items()));
            if (value instanceof Built built)
                return PickleNode.call(
                        built.function().module(), built.function().name(), nodes(built.arguments()));
            if (value instanceof List<?> list) return Arrays.asList(nodes(list));
            if (value instanceof Global global) return PickleNode.global(global.module(), global.name());
            return value;
        }

        private Object objectState(ScriptObject object, String prefix) {
            if (!(object.state() instanceof Dict dict)) return node(object.state(), null);
            Map<Object, Object> attributes = new LinkedHashMap<>();
            dict.items().forEach((key, item) -> {
                String path = path(prefix, key, item);
                StoredTensor tensor = tensor(path);
                attributes.put(key, tensor == null ? node(item, prefix(path)) : stateNode(path, tensor));
            });
            return attributes;
        }

        /** Two names of one tensor stay that. */
        private PickleNode stateNode(String name, StoredTensor tensor) {
            String next = Integer.toString(views.size());
            String storage = views.computeIfAbsent(tensor, view -> next);
            storages.putIfAbsent(storage, name);
            return tensors.node(storage, storages.get(storage));
        }

        private Object kept(StoredTensor t) {
            return PickleNode.tensor(
                    keptNames.get(t.storage()),
                    t.storageElements(),
                    t.kind(),
                    t.shape(),
                    t.strides(),
                    t.offset(),
                    false);
        }

        private Object[] nodes(List<?> items) {
            return items.stream().map(item -> node(item, null)).toArray();
        }
    }
}
