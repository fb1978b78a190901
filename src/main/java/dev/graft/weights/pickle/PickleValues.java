package dev.graft.weights.pickle;

import dev.graft.weights.tensor.ScalarKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values that a pickle can contain besides null, Boolean, Long, BigInteger, Double, String, byte[], List and
 * StoredTensor.
 *
 * <p>These values are never compared or hashed by content: with a malicious pickle this could take forever.
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

        /** The items, if all are whole numbers. The result is kept, because a pickle may use one tuple a thousand times. */
        public Optional<List<Long>> longs() {
            if (longs == null && items.stream().allMatch(Long.class::isInstance))
                longs = List.copyOf(items.stream().map(Long.class::cast).toList());
            return Optional.ofNullable(longs);
        }
    }

    /** A Python dict, OrderedDict or defaultdict; keys are strings, numbers, booleans and {@link OddKey}s. */
    public static final class Dict {
        /**
         * The limit for keys of several types. They cannot be compared with each other, so if a pickle gives them equal
         * hashes they are searched one by one.
         */
        static final int MAX_MIXED = 256;

        private final boolean ordered;
        private Map<Object, Object> items = Map.of(); // a pickle can create empty dicts with one byte each
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

        /** Adds an item. Returns false if the dict has keys of several types and too many of them. */
        public boolean put(Object key, Object value) {
            if (items.isEmpty()) items = new LinkedHashMap<>();
            if (keys == null && !(key instanceof OddKey)) keys = key.getClass();
            mixed |= keys != key.getClass() && !(key instanceof OddKey);
            if (mixed && items.size() >= MAX_MIXED) return false;
            items.put(key, value);
            return true;
        }
    }

    /** Stands for a key that does not occur in state dicts (a tuple, None, an object). It is equal only to itself. */
    public static final class OddKey {
        private final String name;

        OddKey(String name) {
            this.name = name;
        }

        /** A description of the key, in Python's words. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** A class or function. Only its name is kept. */
    public record Global(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /**
     * A call that a later reader must repeat to get the value: typed lists and dicts of TorchScript, devices,
     * enumerations.
     */
    public record Built(Global function, List<Object> arguments) {}

    /**
     * The storage that tensors are views of.
     *
     * @param elements the number of elements that can be used, starting with element {@code first}
     * @param whole the number of elements of the storage in the file; before PyTorch 0.4, a storage could be a part of
     *     another one
     */
    public record Storage(ScalarKind kind, String key, long elements, long first, long whole) {
        /** The size of the whole storage, in bytes. */
        public long bytes() {
            return whole * kind.width();
        }
    }

    /** An object of a TorchScript class, as data: its class and its attributes. */
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

        /** The attributes; empty if the state is not a dict. */
        public Map<Object, Object> attributes() {
            return state instanceof Dict dict ? dict.items() : Map.of();
        }

        /** The state from which the attributes were built. */
        public Object state() {
            return state;
        }
    }

    /**
     * A Python object, described only by what the pickle says. It is never built or called, and its class is never
     * looked up. A pickle can make such an object a part of its own state.
     */
    public static final class Inert {
        /** The class, or the function that would be called. */
        public final Global type;

        /** The arguments of that call. */
        public final List<Object> arguments;

        private Object state;
        private List<Object> items = List.of();
        private Dict entries;

        Inert(Global type, List<Object> arguments) {
            this.type = type;
            this.arguments = arguments;
        }

        /** Gives the state; an object has one at most. */
        boolean build(Object given) {
            if (state != null) return false;
            state = given;
            return true;
        }

        /** Adds items of a list or a set. */
        void addAll(List<Object> more) {
            if (items.isEmpty()) items = more;
            else items.addAll(more);
        }

        /** The key-value pairs, to which more can be added. */
        Dict entries() {
            if (entries == null) entries = Dict.empty(false);
            return entries;
        }

        /**
         * The attributes; empty if the state is of another form. For a class with slots, the state is a pair with a
         * second dict.
         */
        public Map<Object, Object> attributes() {
            Object first = state instanceof Tuple pair && !pair.items().isEmpty()
                    ? pair.items().get(0)
                    : state;
            return first instanceof Dict dict ? dict.items() : Map.of();
        }

        /** The items, if the class is a list or a set. */
        public List<Object> items() {
            return items;
        }

        /** The key-value pairs, if the class is a dict. */
        public Map<Object, Object> dictItems() {
            return entries == null ? Map.of() : entries.items();
        }

        /** Whether the pickle gives only the class. */
        public boolean isBare() {
            return arguments.isEmpty() && state == null && items.isEmpty() && entries == null;
        }

        /** All parts that it was given: the arguments, the state and the items. */
        List<Object> parts() {
            return Arrays.asList(arguments, state, items, entries);
        }
    }
}
