package dev.graft.weights.pickle;

import dev.graft.weights.tensor.ScalarKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pickle can hold besides null, Boolean, Long, BigInteger, Double, String, byte[], List and StoredTensor.
 *
 * <p>Nothing here is ever compared or hashed by value: a hostile pickle can make that take for ever.
 */
public final class PickleValues {
    private PickleValues() {}

    /** A Python tuple. */
    public static final class Tuple {
        private final List<Object> items;
        private List<Long> longs;

        public Tuple(List<Object> items) {
            this.items = items;
        }

        public List<Object> items() {
            return items;
        }

        /** The items, where all are whole numbers; a pickle may ask a thousand times for one tuple. */
        public Optional<List<Long>> longs() {
            if (longs == null && items.stream().allMatch(Long.class::isInstance))
                longs = List.copyOf(items.stream().map(Long.class::cast).toList());
            return Optional.ofNullable(longs);
        }
    }

    /** A Python dict or OrderedDict; keys are strings, numbers and booleans. */
    public static final class Dict {
        /** Keys that do not compare with each other are looked for one by one where a pickle made their hashes one. */
        static final int MAX_MIXED = 256;

        private final boolean ordered;
        private Map<Object, Object> items = Map.of(); // a pickle makes empty ones of a byte each
        private Class<?> keys;
        private boolean mixed;

        private Dict(boolean ordered) {
            this.ordered = ordered;
        }

        public static Dict empty(boolean ordered) {
            return new Dict(ordered);
        }

        public boolean ordered() {
            return ordered;
        }

        public Map<Object, Object> items() {
            return items;
        }

        /** Puts an item; false where the dict has too many keys for keys of several types. */
        public boolean put(Object key, Object value) {
            if (keys == null) {
                keys = key.getClass();
                items = new LinkedHashMap<>();
            }
            mixed |= keys != key.getClass();
            if (mixed && items.size() >= MAX_MIXED) return false;
            items.put(key, value);
            return true;
        }
    }

    /** A class or function by name, never more than the name. */
    public record Global(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** A call that a reader must make again to get the value: TorchScript's typed lists and dicts, devices, enumerations. */
    public record Built(Global function, List<Object> arguments) {}

    /**
     * The bytes that tensors are views of.
     *
     * @param elements how many of them can be seen, from the element {@code first}
     * @param whole elements of the storage that the file holds; before PyTorch 0.4 one could be a part of another
     */
    public record Storage(ScalarKind kind, String key, long elements, long first, long whole) {
        /** Bytes of the whole. */
        public long bytes() {
            return whole * kind.width();
        }
    }

    /** An object of a TorchScript class: its class and its attributes, inert. */
    public static final class ScriptObject {
        public final Global type;
        private Object state;

        public ScriptObject(Global type) {
            this.type = type;
        }

        /** Gives the state; an object has one at most. */
        public boolean build(Object given) {
            if (state != null) return false;
            state = given;
            return true;
        }

        /** The attributes, none where the state is something else. */
        public Map<Object, Object> attributes() {
            return state instanceof Dict dict ? dict.items() : Map.of();
        }

        /** What the attributes were built from. */
        public Object state() {
            return state;
        }
    }
}
