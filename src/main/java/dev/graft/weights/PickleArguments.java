package dev.graft.weights;

import dev.graft.weights.PickleValues.Dict;
import dev.graft.weights.PickleValues.Global;
import dev.graft.weights.PickleValues.Storage;
import dev.graft.weights.PickleValues.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The arguments of a call in a pickle, taken by place and type. */
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
     * @param kind what its elements are, whatever the storage is of
     * @param marks the place of the marks that change its meaning (conjugated, negated), where there are any
     */
    StoredTensor tensor(ScalarKind kind, int marks) throws WeightsException {
        Storage storage = get(0, Storage.class);
        if (arguments.size() > marks
                && arguments.get(marks) instanceof Dict marked
                && !marked.items().isEmpty())
            throw input.refused("a tensor is marked "
                    + WeightsException.quote(marked.items().keySet().toString()));
        long bytes = storage.elements() * storage.kind().width();
        if (bytes % kind.width() != 0)
            throw input.refused("storage " + WeightsException.quote(storage.key()) + " of " + bytes
                    + " bytes is no whole number of " + kind);
        long offset = get(1, Long.class);
        List<Long> shape = longs(2);
        List<Long> strides = longs(3);
        try {
            return new StoredTensor("", kind, shape, strides, offset, storage.key(), bytes / kind.width());
        } catch (IllegalArgumentException e) {
            throw input.refused(e.getMessage(), e);
        }
    }

    /** The kind that a {@code torch.dtype} stands for. */
    ScalarKind dtype(int index) throws WeightsException {
        Global type = get(index, Global.class);
        Optional<ScalarKind> kind = ScalarKind.ofDtype(type.name());
        require(type.module().equals("torch") && kind.isPresent());
        return kind.get();
    }

    private List<Long> longs(int index) throws WeightsException {
        List<Object> items = get(index, Tuple.class).items();
        require(items.size() <= StoredTensor.MAX_RANK);
        List<Long> longs = new ArrayList<>(items.size());
        for (Object item : items) {
            require(item instanceof Long);
            longs.add((Long) item);
        }
        return longs;
    }
}
