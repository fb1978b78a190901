package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.StoredTensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Turns the values that were read into values that can be written. One object stays one object. The depth of recursion
 * is limited by PickleTree.
 */
final class Transcription {
    /**
     * Compares tensors by their view of a storage: equal views are one tensor. A comparator is used because hashes can
     * be made to collide.
     */
    private static final Comparator<StoredTensor> VIEW = Comparator.comparing(StoredTensor::storage)
            .thenComparing(StoredTensor::kind)
            .thenComparingLong(StoredTensor::offset)
            .thenComparing(StoredTensor::shape, Transcription::compare)
            .thenComparing(StoredTensor::strides, Transcription::compare);

    private final StateNames names;
    private final Map<String, String> keptNames;
    private final ScriptTemplate.Tensors tensors;
    private final Function<ScriptObject, Map<String, Object>> added;
    private final Map<ScriptObject, PickleNode> objects = new IdentityHashMap<>();
    private final Map<StoredTensor, String> views = new TreeMap<>(VIEW);
    /** The name of the tensor that fills each storage. */
    private final Map<String, String> storages = new LinkedHashMap<>();

    /**
     * @param keptNames the new names of the storages that are copied unchanged
     * @param added attributes that an object gets in addition
     */
    Transcription(
            StateNames names,
            Map<String, String> keptNames,
            ScriptTemplate.Tensors tensors,
            Function<ScriptObject, Map<String, Object>> added) {
        this.names = names;
        this.added = added;
        this.keptNames = keptNames;
        this.tensors = tensors;
    }

    /** The node for a network. */
    Object of(ScriptObject network) {
        return node(network, StateNames.ROOT);
    }

    /** For each storage that {@link #of} named: the name of the parameter or buffer that fills it. */
    Map<String, String> storages() {
        return storages;
    }

    /** The node for a value; {@code prefix} as in LooseTensors. */
    private Object node(Object value, String prefix) {
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
            return PickleNode.call(built.function().module(), built.function().name(), nodes(built.arguments()));
        if (value instanceof List<?> list) return Arrays.asList(nodes(list));
        if (value instanceof Global global) return PickleNode.global(global.module(), global.name());
        return value;
    }

    private Object objectState(ScriptObject object, String prefix) {
        if (!(object.state() instanceof Dict dict)) return node(object.state(), null);
        Map<Object, Object> attributes = new LinkedHashMap<>();
        dict.items().forEach((key, item) -> {
            String name = StateNames.name(prefix, key, item);
            StoredTensor tensor = names.tensor(name);
            attributes.put(key, tensor == null ? node(item, StateNames.prefix(name)) : stateNode(name, tensor));
        });
        attributes.putAll(added.apply(object));
        return attributes;
    }

    /** The node for a parameter or buffer. A tensor with two names stays one tensor. */
    private PickleNode stateNode(String name, StoredTensor tensor) {
        String next = Integer.toString(views.size());
        String storage = views.computeIfAbsent(tensor, view -> next);
        storages.putIfAbsent(storage, name);
        return tensors.node(storage, storages.get(storage));
    }

    private Object kept(StoredTensor t) {
        return PickleNode.tensor(
                keptNames.get(t.storage()), t.storageElements(), t.kind(), t.shape(), t.strides(), t.offset(), false);
    }

    private Object[] nodes(List<?> items) {
        return items.stream().map(item -> node(item, null)).toArray();
    }

    private static int compare(List<Long> one, List<Long> other) {
        for (int i = 0; i < one.size() && i < other.size(); i++)
            if (!one.get(i).equals(other.get(i))) return Long.compare(one.get(i), other.get(i));
        return Integer.compare(one.size(), other.size());
    }
}
