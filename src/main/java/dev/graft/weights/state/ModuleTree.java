package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.tensor.WeightsException;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A pickled {@code torch.nn.Module}, walked as data. It gives the tensors with the names of {@code state_dict()}: the
 * parameters and persistent buffers of the module and of its children.
 *
 * <p>Two other forms are supported: a module made by {@code torch.compile}, which contains the network among its
 * arguments, and a {@code GraphModule} of {@code torch.fx}, which contains its attributes.
 */
final class ModuleTree {
    private static final int MAX_DEPTH = 100;
    private static final String MODULES = "_modules";
    private static final String PARAMETERS = "_parameters";
    private static final String BUFFERS = "_buffers";
    private static final String NOT_SAVED = "_non_persistent_buffers_set";

    /** A limit for all modules and places of a file together: a few bytes can refer to a module many times. */
    static final class Budget {
        private static final int MAX_CHARACTERS = 16 << 20;
        private static final int MAX_MODULES = 200_000;

        private final Function<String, WeightsException> refusal;
        private long characters;
        private long keys;
        private int modules;

        Budget(Function<String, WeightsException> refusal) {
            this.refusal = refusal;
        }

        private void module() throws WeightsException {
            if (++modules > MAX_MODULES) throw refusal.apply("holds more than " + MAX_MODULES + " modules");
        }

        /** Counts the characters of a key on the path to a place. */
        void key(int length) throws WeightsException {
            keys += length + 1;
            if (keys > MAX_CHARACTERS)
                throw refusal.apply(
                        "has tensors in places whose keys have more than " + MAX_CHARACTERS + " characters together");
        }

        /** Counts an item of a module and the characters of its name. */
        private void item(int name) throws WeightsException {
            characters += name + 1;
            if (characters > MAX_CHARACTERS)
                throw refusal.apply("has modules with names of more than " + MAX_CHARACTERS + " characters together");
        }
    }

    private final Budget budget;
    private final String type;
    private final Map<String, Object> items = new LinkedHashMap<>();
    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private ModuleTree(String type, Budget budget) {
        this.type = type;
        this.budget = budget;
    }

    /** The tree of a module. */
    static ModuleTree of(Inert module, Budget budget) throws WeightsException {
        ModuleTree tree = new ModuleTree(named(module).type.toString(), budget);
        tree.walk(attributes(module), "");
        return tree;
    }

    /** Whether an object is a module: it has the attributes of all modules, or is a wrapper around a module. */
    static boolean isModule(Object value) {
        return attributes(value) != null;
    }

    /** The class, or the function that would create the object. */
    String type() {
        return type;
    }

    /** The tensors, and other values that are at the place of a tensor. */
    Map<String, Object> items() {
        return items;
    }

    private void walk(Map<?, ?> module, String prefix) throws WeightsException {
        budget.module();
        if (!open.add(module)) throw budget.refusal.apply("holds a module that contains itself");
        if (open.size() > MAX_DEPTH)
            throw budget.refusal.apply("holds modules more than " + MAX_DEPTH + " levels deep in each other");
        collect(itemsOf(module.get(PARAMETERS)), prefix, Set.of());
        collect(itemsOf(module.get(BUFFERS)), prefix, names(module.get(NOT_SAVED)));
        for (Map.Entry<?, ?> child : itemsOf(module.get(MODULES)).entrySet()) {
            Map<?, ?> attributes = attributes(child.getValue());
            String name = join(prefix, child.getKey());
            if (attributes != null) walk(attributes, name + ".");
            else if (child.getValue() != null) put(name, child.getValue());
        }
        open.remove(module);
    }

    private void collect(Map<?, ?> items, String prefix, Set<String> except) throws WeightsException {
        for (Map.Entry<?, ?> item : items.entrySet()) {
            String name = join(prefix, item.getKey());
            if (item.getValue() == null || except.contains(item.getKey().toString())) continue;
            put(name, item.getValue());
        }
    }

    private void put(String name, Object value) throws WeightsException {
        if (items.put(name, value) != null)
            throw budget.refusal.apply("has two parts of a module named " + WeightsException.quote(name));
    }

    private String join(String prefix, Object key) throws WeightsException {
        String name = prefix + key;
        budget.item(name.length());
        return name;
    }

    /** The attributes of a module; null for anything else. */
    private static Map<?, ?> attributes(Object value) {
        return value instanceof Inert object ? own(named(object)) : null;
    }

    /** The module itself, if the object was made from it by {@code torch.compile}. */
    private static Inert named(Inert object) {
        boolean compiled = object.type.name().equals("OptimizedModule") && own(object) == null;
        return compiled && !object.arguments.isEmpty() && object.arguments.get(0) instanceof Inert inner
                ? inner
                : object;
    }

    /** The attributes of an object: its state, or the first argument of the function that creates it. */
    private static Map<?, ?> own(Inert object) {
        if (isModules(object.attributes())) return object.attributes();
        Object given = object.arguments.isEmpty() ? null : object.arguments.get(0);
        return given instanceof Dict dict && isModules(dict.items()) ? dict.items() : null;
    }

    private static boolean isModules(Map<?, ?> attributes) {
        return attributes.get(MODULES) instanceof Dict && attributes.get(PARAMETERS) instanceof Dict;
    }

    private static Map<?, ?> itemsOf(Object value) {
        return value instanceof Dict dict ? dict.items() : Map.of();
    }

    /** The texts of a set, in the form of either protocol. */
    private Set<String> names(Object set) throws WeightsException {
        Set<String> names = new HashSet<>();
        if (!(set instanceof Inert inert)) return names;
        Object given = inert.arguments.isEmpty() ? inert.items() : inert.arguments.get(0);
        if (given instanceof List<?> list)
            for (Object item : list) {
                budget.item(0);
                if (item instanceof String name) names.add(name);
            }
        return names;
    }
}
