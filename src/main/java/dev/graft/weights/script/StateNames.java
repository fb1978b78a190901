package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.tensor.StoredTensor;
import java.util.Map;

/**
 * Finds the parameters and buffers in a tree of objects by their names. The names are built in the same way as in
 * ScriptModule, which limits their length.
 */
record StateNames(Map<String, StoredTensor> state) {
    /** The prefix for the attributes of the outermost object. */
    static final String ROOT = "";

    /**
     * The name of an attribute. Null if it cannot have a name: inside lists and similar values, whose prefix is null,
     * and for values that are neither tensors nor modules.
     */
    static String name(String prefix, Object key, Object value) {
        boolean named = value instanceof StoredTensor || value instanceof ScriptObject;
        return named && prefix != null ? prefix + key : null;
    }

    /** The prefix for the attributes of an object with this name. */
    static String prefix(String name) {
        return name == null ? null : name + ".";
    }

    /** The parameter or buffer with this name; null if there is none. */
    StoredTensor tensor(String name) {
        return name == null ? null : state.get(name);
    }
}
