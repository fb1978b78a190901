package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleStack;
import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds the tensors that are neither parameters nor buffers. The depth of recursion is limited by PickleTree. */
final class LooseTensors {
    private final Path file;
    private final StateNames names;
    private final List<StoredTensor> found = new ArrayList<>();

    LooseTensors(Path file, StateNames names) {
        this.file = file;
        this.names = names;
    }

    /**
     * The loose tensors of a network, in the order of its attributes.
     *
     * @throws WeightsException if an attribute is of a kind that cannot be written again
     */
    List<StoredTensor> of(ScriptObject network) throws WeightsException {
        collect(network, StateNames.ROOT, "");
        return found;
    }

    /**
     * Collects the tensors of a value.
     *
     * @param prefix of the names of its attributes; null if they have none, see {@link StateNames}
     * @param attribute the innermost attribute that contains the value, for messages
     */
    private void collect(Object value, String prefix, Object attribute) throws WeightsException {
        if (value instanceof StoredTensor tensor) found.add(tensor);
        else if (value instanceof ScriptObject object && object.state() instanceof Dict dict)
            for (Map.Entry<Object, Object> item : dict.items().entrySet()) {
                requireWritable(item.getKey(), item.getKey());
                String name = StateNames.name(prefix, item.getKey(), item.getValue());
                if (names.tensor(name) == null) collect(item.getValue(), StateNames.prefix(name), item.getKey());
            }
        else if (value instanceof ScriptObject object) collect(object.state(), null, attribute);
        else if (value instanceof Dict dict) {
            for (Object key : dict.items().keySet()) requireWritable(key, attribute);
            collectAll(dict.items().values(), attribute);
        } else if (value instanceof Tuple tuple) collectAll(tuple.items(), attribute);
        else if (value instanceof Built built) collectAll(built.arguments(), attribute);
        else if (value instanceof List<?> list) collectAll(list, attribute);
        else requireWritable(value, attribute);
    }

    private void collectAll(Collection<?> values, Object attribute) throws WeightsException {
        for (Object value : values) collect(value, null, attribute);
    }

    /** Refuses larger integers and byte strings: LibTorch, which wrote these values, does not have them. */
    private void requireWritable(Object value, Object attribute) throws WeightsException {
        if (value instanceof BigInteger || value instanceof byte[] || value instanceof Storage)
            throw new WeightsException(
                    file,
                    "its attribute " + WeightsException.quote(attribute.toString()) + " holds "
                            + PickleStack.nameOf(value) + " that TorchScript does not have"
                            + " (allowed: tensors, texts, numbers of 64 bits)",
                    "save it with torch.jit.save");
    }
}
