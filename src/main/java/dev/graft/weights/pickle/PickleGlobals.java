package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The classes, functions and storages that a pickle may name. Each pickle has its own object. */
public final class PickleGlobals {
    private static final int MAX_STORAGE_NAME = 256;
    private static final String ALLOWED = "allowed: tensors, numbers, strings, lists, tuples, dicts and OrderedDict";
    private static final Set<String> PLAIN = Set.of(
            "collections.OrderedDict",
            "collections.Counter",
            "torch.Size",
            "torch.device",
            "torch._utils._rebuild_tensor",
            "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_tensor_v3",
            "torch._utils._rebuild_parameter",
            "torch._utils._rebuild_parameter_with_state",
            "torch.storage.UntypedStorage");
    private static final Set<String> SCRIPT = Set.of(
            "torch.jit._pickle.build_intlist",
            "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist",
            "torch.jit._pickle.build_tensorlist",
            "torch.jit._pickle.restore_type_tag");
    private static final Map<String, ScalarKind> STORAGES = storages();
    /** Quantized types, whose numbers have no meaning without a scale, with the integer type of the same size. */
    private static final Map<String, ScalarKind> QUANTIZED = Map.of(
            "torch.QInt8Storage", ScalarKind.I8,
            "torch.QUInt8Storage", ScalarKind.U8,
            "torch.QUInt4x2Storage", ScalarKind.U8,
            "torch.QUInt2x4Storage", ScalarKind.U8,
            "torch.QInt32Storage", ScalarKind.I32);

    private final boolean script;
    private final boolean parts;
    private final StorageCheck storages;

    /** Refuses a storage if the pickle describes it differently from the file. */
    public interface StorageCheck {
        void check(Storage storage, PickleInput input) throws WeightsException;
    }

    /**
     * For a pickle with storages in separate entries.
     *
     * @param script whether TorchScript's classes are also allowed
     * @param storageBytes the size of a storage in the file, in bytes; -1 if the file does not have it
     */
    public PickleGlobals(boolean script, ToLongFunction<String> storageBytes) {
        this(script, false, inFile(script, storageBytes));
    }

    private static StorageCheck inFile(boolean script, ToLongFunction<String> storageBytes) {
        Map<String, Storage> named = new HashMap<>();
        return (storage, input) -> {
            long bytes = storageBytes.applyAsLong(storage.key());
            String key = WeightsException.quote(storage.key());
            if (bytes < 0) throw input.refused("storage " + key + " is not in the file");
            if (storage.bytes() != bytes)
                throw input.refused("storage " + key + " of " + storage.whole() + " " + storage.kind()
                        + " does not match the " + bytes + " bytes of its entry");
            Storage before = named.putIfAbsent(storage.key(), storage);
            if (before != null && !before.equals(storage) && !script) throw twoKinds(before, storage, input);
        };
    }

    /**
     * Two different element types for one storage. Two readers could see different models in such a file: PyTorch uses
     * the first type for both.
     */
    public static WeightsException twoKinds(Storage before, Storage now, PickleInput input) {
        return input.refused("storage " + WeightsException.quote(now.key()) + " is once " + before.whole() + " "
                + before.kind() + " and once " + now.whole() + " " + now.kind());
    }

    /** For a pickle in the format before PyTorch 1.6, where a storage may be a part of another one. */
    public PickleGlobals(StorageCheck storages) {
        this(false, true, storages);
    }

    private PickleGlobals(boolean script, boolean parts, StorageCheck storages) {
        this.script = script;
        this.parts = parts;
        this.storages = storages;
    }

    /**
     * Whether unsupported objects become an {@link Inert}. TorchScript archives may not contain any, because they are
     * written again.
     */
    boolean inert() {
        return !script;
    }

    /** The global with this name. Of TorchScript's own names, only the known ones are allowed. */
    Global find(String module, String name, PickleInput input) throws WeightsException {
        int length = Math.max(module.length(), name.length());
        if (length > PickleInput.MAX_NAME)
            throw input.refused("a name of " + length + " characters (at most " + PickleInput.MAX_NAME + ")");
        Global global = new Global(module, name);
        if (inert() || isScriptClass(module) && oneLine(module) && oneLine(name)) return global;
        String full = global.toString();
        boolean known = PLAIN.contains(full) || STORAGES.containsKey(full) || SCRIPT.contains(full);
        known |= module.equals("torch") && ScalarKind.ofDtype(name).isPresent();
        if (!known) throw input.refused(WeightsException.quote(full) + " is not allowed (" + ALLOWED + ")");
        return global;
    }

    /**
     * The object for a persistent id: a storage, {@code ("storage", class, key, device, elements[, view])}, or, before
     * PyTorch 1.6, the class of a module, {@code ("module", class, file, source)}.
     */
    Object persistent(List<Object> id, PickleInput input) throws WeightsException {
        PickleArguments in = new PickleArguments("a persistent id", id, input);
        if (parts && id.size() == 4 && "module".equals(id.get(0))) return in.get(1, Global.class);
        in.require(id.size() == (parts ? 6 : 5));
        in.require("storage".equals(id.get(0)));
        in.get(3, String.class); // the device it was on
        Global type = in.get(1, Global.class);
        ScalarKind quantized = inert() ? QUANTIZED.get(type.toString()) : null;
        ScalarKind kind = STORAGES.getOrDefault(type.toString(), quantized);
        if (kind == null) throw input.refused(WeightsException.quote(type.toString()) + " is no storage that is read");
        String key = in.get(2, String.class);
        if (key.length() > MAX_STORAGE_NAME)
            throw input.refused(
                    "a storage's name has " + key.length() + " characters (at most " + MAX_STORAGE_NAME + ")");
        long elements = in.get(4, Long.class);
        if (elements < 0 || elements > Long.MAX_VALUE / kind.width())
            throw input.refused("storage " + WeightsException.quote(key) + " cannot have " + elements + " elements");
        Storage whole = new Storage(kind, key, elements, 0, elements);
        storages.check(whole, input);
        if (quantized != null) return new Inert(type, List.of());
        return !parts || id.get(5) == null ? whole : in.part(whole, 5);
    }

    /** Whether a name can be written into another pickle again. */
    private static boolean oneLine(String name) {
        return name.chars().noneMatch(Character::isISOControl);
    }

    static boolean isScriptClass(String module) {
        return module.equals("__torch__") || module.startsWith("__torch__.");
    }

    private static Map<String, ScalarKind> storages() {
        Map<String, ScalarKind> storages = new HashMap<>();
        for (ScalarKind kind : ScalarKind.values())
            kind.storageClass().ifPresent(name -> storages.put("torch." + name, kind));
        storages.put("torch.storage.UntypedStorage", ScalarKind.U8);
        return Map.copyOf(storages);
    }
}
