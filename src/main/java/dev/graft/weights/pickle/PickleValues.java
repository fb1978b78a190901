package dev.graft.weights.pickle;

import dev.graft.weights.tensor.ScalarKind;
import java.util.Arrays;
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

    /** A Python dict, OrderedDict or defaultdict; keys are strings, numbers, booleans and {@link OddKey}s. */
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
            if (items.isEmpty()) items = new LinkedHashMap<>();
            if (keys == null && !(key instanceof OddKey)) keys = key.getClass();
            mixed |= keys != key.getClass() && !(key instanceof OddKey);
            if (mixed && items.size() >= MAX_MIXED) return false;
            items.put(key, value);
            return true;
        }
    }

    /** Stands for a key that no state dict has (a tuple, None, an object): equal to itself only, whatever it was. */
    public static final class OddKey {
        private final String name;

        OddKey(String name) {
            this.name = name;
        }

        /** What it was, in Python's words. */
        @Override
        public String toString() {
            return name;
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

    /**
     * An object of Python of which nothing but what the pickle says is known: it is never built, called or looked up. A
     * pickle can put one into its own state.
     */
    public static final class Inert {
        /** The class, or the function that was to be called. */
        public final Global type;

        /** What it was to be called with. */
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

        /** Adds what a list or a set would hold. */
        void addAll(List<Object> more) {
            if (items.isEmpty()) items = more;
            else items.addAll(more);
        }

        /** The dict of what it would hold by keys, to put more into. */
        Dict entries() {
            if (entries == null) entries = Dict.empty(false);
            return entries;
        }

        /** The attributes, none where the state is something else; a class with slots pairs them with a second dict. */
        public Map<Object, Object> attributes() {
            Object first = state instanceof Tuple pair && !pair.items().isEmpty()
                    ? pair.items().get(0)
                    : state;
            return first instanceof Dict dict ? dict.items() : Map.of();
        }

        /** What a list or a set of this class would hold. */
        public List<Object> items() {
            return items;
        }

        /** What a dict of this class would hold. */
        public Map<Object, Object> dictItems() {
            return entries == null ? Map.of() : entries.items();
        }

        /** Whether the pickle says nothing of it but its class. */
        public boolean isBare() {
            return arguments.isEmpty() && state == null && items.isEmpty() && entries == null;
        }

        /** All that it was given: the arguments, the state, the items. */
        List<Object> parts() {
            return Arrays.asList(arguments, state, items, entries);
        }
    }
}
