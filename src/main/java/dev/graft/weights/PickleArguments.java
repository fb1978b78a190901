package dev.graft.weights;

import dev.graft.weights.PickleValues.Dict;
import dev.graft.weights.PickleValues.Storage;
import dev.graft.weights.PickleValues.Tuple;
import java.util.ArrayList;
import java.util.List;

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

    /** The tensor of {@code _rebuild_tensor[_v2](storage, offset, shape, strides, ...)}. */
    StoredTensor tensor() throws WeightsException {
        Storage storage = get(0, Storage.class);
        if (arguments.size() > 6
                && arguments.get(6) instanceof Dict marks
                && !marks.items().isEmpty())
            throw input.refused("a tensor is marked "
                    + WeightsException.quote(marks.items().keySet().toString()));
        long offset = get(1, Long.class);
        List<Long> shape = longs(2);
        List<Long> strides = longs(3);
        try {
            return new StoredTensor("", storage.kind(), shape, strides, offset, storage.key(), storage.elements());
        } catch (IllegalArgumentException e) {
            throw input.refused(e.getMessage(), e);
        }
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
