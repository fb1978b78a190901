package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleNode.Call;
import dev.graft.weights.pickle.PickleNode.Global;
import dev.graft.weights.pickle.PickleNode.OrderedDict;
import dev.graft.weights.pickle.PickleNode.ScriptObject;
import dev.graft.weights.pickle.PickleNode.TensorView;
import dev.graft.weights.pickle.PickleNode.Tuple;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a value as a pickle (protocol 2) that Python's {@code torch.load} and LibTorch can read.
 *
 * <p>Strings, globals and storages are stored in the memo, so two tensors with the same storage share memory in every
 * reader. LibTorch supports fewer opcodes than Python; only these are used.
 */
public final class PickleWriter {
    private static final Global UNTYPED = new Global("torch.storage", "UntypedStorage");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    // a separate map: texts from a file may have equal hashes, and lookups stay fast only if all keys are comparable
    private final Map<String, Integer> strings = new HashMap<>();
    private final Map<String, Integer> globals = new HashMap<>();
    private final Map<StorageId, Integer> storages = new HashMap<>();
    private final Map<ScriptObject, Integer> objects = new IdentityHashMap<>();
    private int remembered;

    private record StorageId(String key, ScalarKind kind, long elements) {}

    private final boolean legacy;

    private PickleWriter(boolean legacy) {
        this.legacy = legacy;
    }

    /**
     * The pickle of a value: null, Boolean, Integer, Long, Float, Double, String, List, Map (with keys of these types)
     * or {@link PickleNode}. A {@link StoredTensor} is written with requires_grad false.
     */
    public static byte[] write(Object value) {
        return new PickleWriter(false).pickle(value);
    }

    /**
     * The same in the format before PyTorch 1.6, which can describe a storage as a part of another one. Here no storage
     * is.
     */
    public static byte[] writeLegacy(Object value) {
        return new PickleWriter(true).pickle(value);
    }

    private byte[] pickle(Object value) {
        out.write(0x80);
        out.write(2);
        value(value);
        out.write('.');
        return out.toByteArray();
    }

    private void value(Object value) {
        if (value == null) out.write('N');
        else if (value instanceof Boolean flag) out.write(flag ? 0x88 : 0x89);
        else if (value instanceof Long || value instanceof Integer) integer(((Number) value).longValue());
        else if (value instanceof Double || value instanceof Float) real(((Number) value).doubleValue());
        else if (value instanceof String text) string(text);
        else if (value instanceof List<?> items) list(items);
        else if (value instanceof Map<?, ?> items) dict(items);
        else if (value instanceof StoredTensor tensor) tensor(tensor, false);
        else if (value instanceof PickleNode node) node(node);
        else
            throw new IllegalArgumentException(
                    "cannot pickle a " + value.getClass().getName());
    }

    private void node(PickleNode node) {
        if (node instanceof Tuple tuple) tuple(tuple.items());
        else if (node instanceof OrderedDict dict) orderedDict(dict.items());
        else if (node instanceof TensorView view) tensor(view.tensor(), view.requiresGrad());
        else if (node instanceof Global global) global(global);
        else if (node instanceof Call call) call(call.function(), call.arguments());
        else if (node instanceof ScriptObject object) object(object);
        else throw new IllegalStateException("unknown node " + node);
    }

    private void integer(long value) {
        if (value >= 0 && value <= 0xFF) {
            out.write('K');
            out.write((int) value);
        } else if (value >= 0 && value <= 0xFFFF) {
            out.write('M');
            little(value, 2);
        } else if (value == (int) value) {
            out.write('J');
            little(value, 4);
        } else {
            out.write(0x8a);
            out.write(8); // LibTorch only supports this length
            little(value, 8);
        }
    }

    private void real(double value) {
        out.write('G');
        out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
    }

    private void string(String text) {
        if (recalled(strings.get(text))) return;
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        little(utf8.length, 4);
        out.writeBytes(utf8);
        strings.put(text, remember());
    }

    private void list(List<?> items) {
        out.write(']');
        if (items.isEmpty()) return;
        out.write('(');
        items.forEach(this::value);
        out.write('e');
    }

    private void dict(Map<?, ?> items) {
        out.write('}');
        items(items);
    }

    private void items(Map<?, ?> items) {
        if (items.isEmpty()) return;
        out.write('(');
        items.forEach((key, value) -> {
            value(key);
            value(value);
        });
        out.write('u');
    }

    private void tuple(List<?> items) {
        if (items.isEmpty()) {
            out.write(')');
            return;
        }
        if (items.size() > 3) out.write('(');
        items.forEach(this::value);
        out.write(items.size() > 3 ? 't' : 0x84 + items.size());
    }

    private void orderedDict(Map<?, ?> items) {
        call(PickleNode.global("collections", "OrderedDict"), PickleNode.tuple());
        items(items);
    }

    private void global(Global global) {
        String lines = global.module() + "\n" + global.name() + "\n";
        if (recalled(globals.get(lines))) return;
        out.write('c');
        out.writeBytes(lines.getBytes(StandardCharsets.UTF_8));
        globals.put(lines, remember());
    }

    private void call(PickleNode function, PickleNode arguments) {
        node(function);
        node(arguments);
        out.write('R');
    }

    /**
     * Writes a tensor like torch.save: {@code _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad,
     * hooks)}.
     */
    private void tensor(StoredTensor tensor, boolean requiresGrad) {
        boolean typed = tensor.kind().storageClass().isPresent();
        global(new Global("torch._utils", typed ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3"));
        out.write('(');
        storage(tensor);
        integer(tensor.offset());
        tuple(tensor.shape());
        tuple(tensor.strides());
        value(requiresGrad);
        orderedDict(Map.of());
        if (!typed) global(new Global("torch", tensor.kind().dtype()));
        out.write('t');
        out.write('R');
    }

    private void storage(StoredTensor tensor) {
        StorageId id = new StorageId(tensor.storage(), tensor.kind(), tensor.storageElements());
        if (recalled(storages.get(id))) return;
        Optional<String> type = tensor.kind().storageClass();
        Global typed = type.map(name -> new Global("torch", name)).orElse(UNTYPED);
        long count = type.isPresent() ? tensor.storageElements() : tensor.storageBytes();
        List<Object> parts = new ArrayList<>(List.of("storage", typed, tensor.storage(), "cpu", count));
        if (legacy) parts.add(null);
        tuple(parts);
        out.write('Q');
        storages.put(id, remember());
    }

    /**
     * Writes an object. The same object at two places becomes one object in the reader, for example a layer with two
     * names.
     */
    private void object(ScriptObject object) {
        if (recalled(objects.get(object))) return;
        global(object.type());
        out.write(')');
        out.write(0x81);
        value(object.state());
        out.write('b');
        objects.put(object, remember());
    }

    private boolean recalled(Integer index) {
        if (index == null) return false;
        out.write(index < 256 ? 'h' : 'j');
        little(index, index < 256 ? 1 : 4);
        return true;
    }

    /** Stores the last written value in the memo and returns its number. */
    private int remember() {
        int index = remembered++;
        out.write(index < 256 ? 'q' : 'r');
        little(index, index < 256 ? 1 : 4);
        return index;
    }

    private void little(long value, int bytes) {
        ByteBuffer all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        out.write(all.array(), 0, bytes);
    }
}
