package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.OddKey;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack of a pickle machine, with its marks and its memo. It refuses to pop below the last mark. */
public final class PickleStack {
    private final PickleInput input;
    private final boolean oddKeys;
    private final List<Object> values = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    /** A map, not an array: a pickle of a few bytes can use a very large number. */
    private final Map<Long, Object> memo = new HashMap<>();

    /**
     * @param oddKeys whether dicts may have keys that do not occur in state dicts; their values are kept under an {@link
     *     OddKey}
     */
    PickleStack(PickleInput input, boolean oddKeys) {
        this.input = input;
        this.oddKeys = oddKeys;
    }

    void push(Object value) {
        values.add(value);
    }

    Object pop() throws WeightsException {
        requireOne();
        return values.remove(values.size() - 1);
    }

    Object top() throws WeightsException {
        requireOne();
        return values.get(values.size() - 1);
    }

    <T> T pop(Class<T> type) throws WeightsException {
        return as(type, pop());
    }

    <T> T top(Class<T> type) throws WeightsException {
        return as(type, top());
    }

    private <T> T as(Class<T> type, Object value) throws WeightsException {
        if (!type.isInstance(value)) throw input.refused("expects " + nameOf(type) + " and finds " + nameOf(value));
        return type.cast(value);
    }

    void mark() {
        marks.push(values.size());
    }

    /** Removes everything above the last mark, and the mark itself, and returns the values. */
    List<Object> popToMark() throws WeightsException {
        if (marks.isEmpty()) throw input.refused("a mark is missing");
        return popLast(values.size() - marks.pop());
    }

    List<Object> popLast(int count) throws WeightsException {
        if (values.size() - count < floor()) throw input.refused("the stack runs empty");
        List<Object> tail = values.subList(values.size() - count, values.size());
        List<Object> items = new ArrayList<>(tail);
        tail.clear();
        return items;
    }

    /** Adds key-value pairs to a dict. */
    void putAll(Dict dict, List<Object> pairs) throws WeightsException {
        if (pairs.size() % 2 != 0) throw input.refused("a key has no value");
        for (int i = 0; i < pairs.size(); i += 2) {
            Object key = pairs.get(i);
            if (oddKeys && !mayBeKey(key)) key = new OddKey(nameOf(key));
            put(dict, key, pairs.get(i + 1), input);
        }
    }

    private static boolean mayBeKey(Object key) {
        return key instanceof String || key instanceof Number || key instanceof Boolean;
    }

    /** Adds an item to a dict, if its key is allowed. */
    static void put(Dict dict, Object key, Object value, PickleInput input) throws WeightsException {
        if (!mayBeKey(key) && !(key instanceof OddKey))
            throw input.refused("a key is " + nameOf(key) + " (allowed: strings, numbers and booleans)");
        if (key instanceof String text && text.length() > PickleInput.MAX_NAME)
            throw input.refused("a key of " + text.length() + " characters (at most " + PickleInput.MAX_NAME + ")");
        if (!dict.put(key, value))
            throw input.refused("a dict has keys of several types and more than " + Dict.MAX_MIXED + " of them");
    }

    void memoize() throws WeightsException {
        remember(memo.size());
    }

    void remember(long index) throws WeightsException {
        memo.put(index, top());
    }

    void recall(long index) throws WeightsException {
        if (!memo.containsKey(index)) throw input.refused("memo " + index + " was never set");
        push(memo.get(index));
    }

    /** The single value that is left at STOP. */
    Object last() throws WeightsException {
        if (values.size() != 1 || !marks.isEmpty())
            throw input.refused("STOP with " + values.size() + " values on the stack");
        return values.get(0);
    }

    /** A description of a value, in Python's words. */
    public static String nameOf(Object value) {
        if (value == null) return "None";
        if (value instanceof PickleValues.Global global) return WeightsException.quote(global.toString());
        return value instanceof Inert inert
                ? "an object of " + WeightsException.quote(inert.type.toString())
                : nameOf(value.getClass());
    }

    private static String nameOf(Class<?> type) {
        if (type == StoredTensor.class) return "a tensor";
        if (type == Dict.class) return "a dict";
        if (type == PickleValues.Tuple.class) return "a tuple";
        if (type == String.class) return "a string";
        if (type == Boolean.class) return "a boolean";
        if (type == byte[].class) return "bytes";
        if (type == PickleValues.Storage.class) return "a storage";
        if (type == PickleValues.Global.class) return "a name of a class or function";
        if (Number.class.isAssignableFrom(type)) return "a number";
        if (List.class.isAssignableFrom(type)) return "a list";
        return "an object";
    }

    private void requireOne() throws WeightsException {
        if (values.size() <= floor()) throw input.refused("the stack runs empty");
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.peek();
    }
}
