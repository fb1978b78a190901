package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.OddKey;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns pickled values into plain immutable Java values. */
public final class PlainValues {
    private PlainValues() {}

    /**
     * The plain value. {@code key} is used as the name of tensors directly in it. The depth of recursion is limited by
     * PickleTree.
     */
    public static Object of(Object value, String key) {
        if (value instanceof StoredTensor tensor) return tensor.named(key);
        if (value instanceof Storage s)
            return new StoredTensor(key, s.kind(), List.of(s.elements()), List.of(1L), s.first(), s.key(), s.whole());
        if (value instanceof Dict dict) return map(dict.items());
        if (value instanceof ScriptObject object)
            return object.state() instanceof Dict dict ? map(dict.items()) : of(object.state(), key);
        if (value instanceof Built built) return of(built.arguments().get(0), key);
        if (value instanceof Tuple tuple) return list(tuple.items(), key);
        if (value instanceof List<?> items) return list(items, key);
        if (value instanceof Global global) return global.toString();
        if (value instanceof Inert inert) return inert.type.toString();
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    private static Map<Object, Object> map(Map<Object, Object> items) {
        Map<Object, Object> plain = new LinkedHashMap<>();
        items.forEach((key, value) -> {
            if (!(key instanceof OddKey)) plain.put(key, of(value, key.toString()));
        });
        return Collections.unmodifiableMap(plain);
    }

    private static List<Object> list(List<?> items, String key) {
        List<Object> plain = new ArrayList<>(items.size());
        for (Object item : items) plain.add(of(item, key));
        return Collections.unmodifiableList(plain);
    }
}
