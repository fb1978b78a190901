package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.state.Place.Step;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Finds the dicts that contain tensors, and the modules, in a pickled value: in dicts, lists and attributes of objects
 * at any depth, outermost first. Each value is visited once, so values may contain each other. Values deeper than 100
 * levels are left out, because objects can form chains of any length.
 */
final class PlaceSearch {
    static final int MAX_DEPTH = 100;

    private final ModuleTree.Budget budget;
    private final Deque<Step> waiting = new ArrayDeque<>();
    private final Collection<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Place> places = new ArrayList<>();
    private boolean deeper;
    private final Map<Global, Integer> objects = new IdentityHashMap<>();

    /** @param refusal creates the error for a file whose modules cannot be walked, from a text that says what was seen */
    PlaceSearch(Object root, Function<String, WeightsException> refusal) throws WeightsException {
        budget = new ModuleTree.Budget(refusal);
        enter(null, "", root);
        while (!waiting.isEmpty()) look(waiting.remove());
    }

    /** The places that have tensors. */
    List<Place> places() {
        return places;
    }

    /** Whether some values were too deep and left out. */
    boolean isDeeper() {
        return deeper;
    }

    /**
     * The classes and functions of the objects that are not modules, with the number of objects of each. Objects inside
     * objects are not counted.
     */
    Map<String, Integer> objects() {
        Map<String, Integer> named = new TreeMap<>();
        objects.forEach((type, count) -> named.merge(type.toString(), count, Integer::sum));
        return named;
    }

    private void look(Step step) throws WeightsException {
        Object value = step.value();
        if (value instanceof Dict dict) lookAt(dict.items(), step);
        else if (value instanceof Tuple tuple) enterAll(step, tuple.items());
        else if (value instanceof List<?> list) enterAll(step, list);
        else if (value instanceof Inert object) lookInto(object, step);
    }

    private void lookAt(Map<Object, Object> items, Step step) throws WeightsException {
        if (Place.holdTensors(items)) places.add(Place.ofDict(step, items, budget));
        for (Map.Entry<Object, Object> item : items.entrySet()) enter(step, item.getKey(), item.getValue());
    }

    private void lookInto(Inert object, Step step) throws WeightsException {
        if (ModuleTree.isModule(object)) {
            ModuleTree module = ModuleTree.of(object, budget);
            if (Place.holdTensors(module.items())) places.add(Place.ofModule(step, module, budget));
            return;
        }
        if (!step.inObject()) count(object.type);
        enterAll(step, object.arguments);
        enterAll(step, object.items());
        lookAt(object.attributes(), step);
        lookAt(object.dictItems(), step);
    }

    private void enterAll(Step parent, List<?> items) {
        for (int i = 0; i < items.size(); i++) enter(parent, i, items.get(i));
    }

    private void enter(Step parent, Object key, Object value) {
        boolean inObject = parent != null && (parent.inObject() || parent.value() instanceof Inert);
        if (value instanceof Global type && !inObject) count(type);
        if (holdsSomething(value)) add(new Step(parent, key, value, inObject, parent == null ? 0 : parent.depth() + 1));
        else if (value instanceof Inert bare && bare.isBare() && !inObject) count(bare.type);
    }

    private void add(Step step) {
        if (!seen.add(step.value())) return;
        if (step.depth() > MAX_DEPTH) deeper = true;
        else waiting.add(step);
    }

    private static boolean holdsSomething(Object value) {
        if (value instanceof Dict dict) return !dict.items().isEmpty();
        if (value instanceof Tuple tuple) return !tuple.items().isEmpty();
        if (value instanceof List<?> list) return !list.isEmpty();
        return value instanceof Inert object && !object.isBare();
    }

    private void count(Global type) {
        objects.merge(type, 1, Integer::sum);
    }
}
