package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.tensor.StoredTensor;
import java.util.Map;

/**
 * Where in a tree of objects the parameters and buffers stand, found by their names. Names are made on the way down: as
 * ScriptModule makes them, which bounds their length.
 */
record StateNames(Map<String, StoredTensor> state) {
    /** The prefix of the outermost object's attributes. */
    static final String ROOT = "";

    /**
     * The name of an attribute; null where none of that name can be: inside lists and the like, whose prefix is null, and for
     * what is neither tensor nor module.
     */
    static String name(String prefix, Object key, Object value) {
        boolean named = value instanceof StoredTensor || value instanceof ScriptObject;
        return named && prefix != null ? prefix + key : null;
    }

    /** The prefix of the attributes of an object of that name. */
    static String prefix(String name) {
        return name == null ? null : name + ".";
    }

    /** The parameter or buffer of that name; null where there is none. */
    StoredTensor tensor(String name) {
        return name == null ? null : state.get(name);
    }
}
