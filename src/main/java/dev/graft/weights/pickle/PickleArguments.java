package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.List;
import java.util.Optional;

/** The arguments of a call in a pickle, read by position and type. */
final class PickleArguments {
    private final String function;
    private final List<Object> arguments;
    private final PickleInput input;

    PickleArguments(String function, List<Object> arguments, PickleInput input) {
        this.function = function;
        this.arguments = arguments;
        this.input = input;
    }

    <T> T get(int index, Class<T> type) throws WeightsException {
        require(index < arguments.size() && type.isInstance(arguments.get(index)));
        return type.cast(arguments.get(index));
    }

    void require(boolean condition) throws WeightsException {
        if (!condition)
            throw input.refused(WeightsException.quote(function) + " has arguments that do not belong to it");
    }

    /**
     * The tensor of {@code _rebuild_tensor[_v2, _v3](storage, offset, shape, strides, ...)}.
     *
     * @param kind the type of its elements, which may differ from that of the storage
     */
    StoredTensor tensor(ScalarKind kind) throws WeightsException {
        Storage storage = get(0, Storage.class);
        long offset = get(1, Long.class);
        List<Long> shape = longs(2);
        List<Long> strides = longs(3);
        long elements = count(storage, storage.elements(), kind);
        long first = count(storage, storage.first(), kind);
        try {
            StoredTensor tensor = new StoredTensor("", kind, shape, strides, offset, storage.key(), elements);
            return tensor.inside(first, count(storage, storage.whole(), kind));
        } catch (IllegalArgumentException e) {
            throw input.refused(e.getMessage(), e);
        }
    }

    /**
     * Checks the number of arguments. The last one may be missing: it contains flags that change the meaning of a tensor
     * (conjugated, negated), and tensors with such flags are not supported.
     */
    void requireWithMarks(int count) throws WeightsException {
        require(arguments.size() == count || arguments.size() == count - 1);
        Object marks = arguments.size() == count ? arguments.get(count - 1) : null;
        require(marks == null || marks instanceof Dict);
        if (marks instanceof Dict marked && !marked.items().isEmpty())
            throw input.refused("a tensor is marked "
                    + WeightsException.quote(marked.items().keySet().toString()));
    }

    /** The number of elements of type {@code kind} that have the same size as {@code elements} elements of the storage. */
    private long count(Storage storage, long elements, ScalarKind kind) throws WeightsException {
        long bytes = elements * storage.kind().width();
        if (bytes % kind.width() != 0)
            throw input.refused("storage " + WeightsException.quote(storage.key()) + ": " + bytes
                    + " bytes are no whole number of " + kind);
        return bytes / kind.width();
    }

    /** The part {@code (name, first element, elements)} of a storage. */
    Storage part(Storage whole, int index) throws WeightsException {
        List<Object> view = get(index, Tuple.class).items();
        require(view.size() == 3
                && view.get(0) instanceof String
                && view.get(1) instanceof Long
                && view.get(2) instanceof Long);
        long first = (Long) view.get(1);
        long elements = (Long) view.get(2);
        if (first < 0 || elements < 0 || elements > whole.whole() || first > whole.whole() - elements)
            throw input.refused("a part of " + elements + " elements from " + first + " does not fit into storage "
                    + WeightsException.quote(whole.key()) + " of " + whole.whole());
        return new Storage(whole.kind(), whole.key(), elements, first, whole.whole());
    }

    /** The content of an OrderedDict: nothing, or a list of pairs, as Python 2 wrote it. */
    List<?> pairs() throws WeightsException {
        require(arguments.size() <= 1);
        return arguments.isEmpty() ? List.of() : items(arguments.get(0));
    }

    /** The OrderedDict of these pairs. */
    Dict orderedDict(List<?> pairs) throws WeightsException {
        Dict dict = Dict.empty(true);
        for (Object pair : pairs) {
            List<?> items = items(pair);
            require(items.size() == 2);
            PickleStack.put(dict, items.get(0), items.get(1), input);
        }
        return dict;
    }

    private List<?> items(Object value) throws WeightsException {
        if (value instanceof List<?> list) return list;
        if (value instanceof Tuple tuple) return tuple.items();
        throw input.refused(WeightsException.quote(function) + " has arguments that do not belong to it");
    }

    /** The element type for a {@code torch.dtype}. */
    ScalarKind dtype(int index) throws WeightsException {
        Global type = get(index, Global.class);
        Optional<ScalarKind> kind = ScalarKind.ofDtype(type.name());
        if (!type.module().equals("torch") || kind.isEmpty())
            throw input.refused(WeightsException.quote(type.toString()) + " is no dtype that is read");
        return kind.get();
    }

    private List<Long> longs(int index) throws WeightsException {
        Tuple tuple = get(index, Tuple.class);
        require(tuple.items().size() <= StoredTensor.MAX_RANK && tuple.longs().isPresent());
        return tuple.longs().get();
    }
}
