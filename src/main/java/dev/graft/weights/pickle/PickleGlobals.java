package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The classes and functions that a pickle may name, and what stands for a call of each; one for each pickle. */
public final class PickleGlobals {
    private static final int MAX_TENSORS = 200_000;
    private static final int MAX_PAIRS = 1 << 20;
    private static final int MAX_STORAGE_NAME = 256;
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

    private final boolean script;
    private final boolean parts;
    private final StorageCheck storages;
    private int tensors;
    private int pairs;

    /** Refuses a storage that the file does not hold as the pickle says. */
    public interface StorageCheck {
        void check(Storage storage, PickleInput input) throws WeightsException;
    }

    /**
     * For a pickle beside its storages.
     *
     * @param script whether TorchScript's classes are allowed too
     * @param storageBytes bytes that the file has for a storage; -1 for one that it does not have
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

    /** Two readers could see two models in such a file: PyTorch takes the first kind for both. */
    public static WeightsException twoKinds(Storage before, Storage now, PickleInput input) {
        return input.refused("storage " + WeightsException.quote(now.key()) + " is once " + before.whole() + " "
                + before.kind() + " and once " + now.whole() + " " + now.kind());
    }

    /** For a pickle of the format from before PyTorch 1.6, where a storage may be a part of another. */
    public PickleGlobals(StorageCheck storages) {
        this(false, true, storages);
    }

    private PickleGlobals(boolean script, boolean parts, StorageCheck storages) {
        this.script = script;
        this.parts = parts;
        this.storages = storages;
    }

    /** The global of that name, if it is an allowed one. */
    Global find(String module, String name, PickleInput input) throws WeightsException {
        int length = Math.max(module.length(), name.length());
        if (length > PickleInput.MAX_NAME)
            throw input.refused("a name of " + length + " characters (at most " + PickleInput.MAX_NAME + ")");
        Global global = new Global(module, name);
        if (script && isScriptClass(module) && oneLine(module) && oneLine(name)) return global;
        String full = global.toString();
        boolean known = PLAIN.contains(full) || STORAGES.containsKey(full);
        known |= module.equals("torch") && ScalarKind.ofDtype(name).isPresent();
        known |= script && SCRIPT.contains(full);
        if (!known) throw PickleRefusal.of(full, input);
        return global;
    }

    /** What REDUCE gives. */
    Object call(Global function, List<Object> arguments, PickleInput input) throws WeightsException {
        if (isScriptClass(function.module()) && !arguments.isEmpty()) return new Built(function, arguments);
        String name = function.toString();
        PickleArguments in = new PickleArguments(name, arguments, input);
        return switch (name) {
            case "collections.OrderedDict" -> {
                List<?> given = in.pairs();
                pairs += given.size(); // a pickle can name a long list again and again
                if (pairs > MAX_PAIRS) throw input.refused("OrderedDicts of more than " + MAX_PAIRS + " pairs");
                yield in.orderedDict(given);
            }
            case "collections.Counter" -> in.get(0, Dict.class);
            case "torch.Size" -> {
                in.require(in.get(0, Tuple.class).longs().isPresent());
                yield arguments.get(0);
            }
            case "torch.device" -> {
                String device = in.get(0, String.class);
                yield script ? new Built(function, arguments) : device;
            }
            case "torch._utils._rebuild_tensor" -> {
                count(input);
                in.require(arguments.size() == 4);
                yield in.tensor(in.get(0, Storage.class).kind());
            }
            case "torch._utils._rebuild_tensor_v2" -> {
                count(input);
                in.get(4, Boolean.class);
                in.requireWithMarks(7);
                yield in.tensor(in.get(0, Storage.class).kind());
            }
            case "torch._utils._rebuild_tensor_v3" -> {
                count(input);
                in.get(4, Boolean.class);
                in.requireWithMarks(8);
                yield in.tensor(in.dtype(6));
            }
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
                in.require(arguments.size() == (name.endsWith("state") ? 4 : 3));
                in.get(1, Boolean.class);
                yield in.get(0, StoredTensor.class);
            }
            case "torch.jit._pickle.build_intlist",
                    "torch.jit._pickle.build_doublelist",
                    "torch.jit._pickle.build_boollist",
                    "torch.jit._pickle.build_tensorlist" -> {
                in.require(arguments.size() == 1 && arguments.get(0) instanceof List);
                yield new Built(function, arguments);
            }
            case "torch.jit._pickle.restore_type_tag" -> {
                in.require(arguments.size() == 2 && arguments.get(1) instanceof String);
                yield new Built(function, arguments);
            }
            default -> {
                requireScriptClass(function, input);
                throw input.refused(WeightsException.quote(name) + " has arguments that do not belong to it");
            }
        };
    }

    /** What NEWOBJ gives: TorchScript's objects. */
    Object create(Global type, List<Object> arguments, PickleInput input) throws WeightsException {
        requireScriptClass(type, input);
        ScriptObject object = new ScriptObject(type);
        if (!arguments.isEmpty()) object.build(new Tuple(arguments));
        return object;
    }

    /** The storage that a persistent id {@code ("storage", class, key, device, elements[, view])} stands for. */
    Storage storage(List<Object> id, PickleInput input) throws WeightsException {
        PickleArguments in = new PickleArguments("a persistent id", id, input);
        in.require(id.size() == (parts ? 6 : 5));
        in.require("storage".equals(id.get(0)));
        in.get(3, String.class); // the device it was on
        ScalarKind kind = STORAGES.get(in.get(1, Global.class).toString());
        in.require(kind != null);
        String key = in.get(2, String.class);
        if (key.length() > MAX_STORAGE_NAME)
            throw input.refused(
                    "a storage's name has " + key.length() + " characters (at most " + MAX_STORAGE_NAME + ")");
        long elements = in.get(4, Long.class);
        if (elements < 0 || elements > Long.MAX_VALUE / kind.width())
            throw input.refused("storage " + WeightsException.quote(key) + " cannot have " + elements + " elements");
        Storage whole = new Storage(kind, key, elements, 0, elements);
        storages.check(whole, input);
        return !parts || id.get(5) == null ? whole : in.part(whole, 5);
    }

    private static void requireScriptClass(Global type, PickleInput input) throws WeightsException {
        if (!isScriptClass(type.module()))
            throw input.refused("a call of " + WeightsException.quote(type.toString()) + " is not allowed");
    }

    private void count(PickleInput input) throws WeightsException {
        if (++tensors > MAX_TENSORS) throw input.refused("more than " + MAX_TENSORS + " tensors");
    }

    /** Whether a name can be written into another pickle again. */
    private static boolean oneLine(String name) {
        return name.chars().noneMatch(Character::isISOControl);
    }

    private static boolean isScriptClass(String module) {
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
