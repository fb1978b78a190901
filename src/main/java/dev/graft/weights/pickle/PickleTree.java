package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Checks that a pickled value can be walked: no value contains itself, the depth is at most 100, and the number of
 * values is at most four million, where a shared part counts at each place where it occurs. Inert objects are
 * leaves here, and their content is measured separately: such an object may contain itself, so code that walks into one
 * must handle this.
 *
 * <p>With the memo, thirty lines of pickle can build a value whose walk takes 2^30 steps. Each container is measured
 * only once here, so the time depends on the size of the pickle. After this check, code may walk the value recursively.
 */
final class PickleTree {
    private static final int MAX_DEPTH = 100;
    private static final long MAX_VALUES = 4 << 20;

    /** A container on the current path, with the measurements so far. */
    private static final class Step {
        final Object container;
        private Iterator<?> children;
        long values = 1;
        int depth = 1;

        Step(Object container, Collection<?> children) {
            this.container = container;
            this.children = children.iterator();
        }

        void add(Step child) {
            values += child.values;
            depth = Math.max(depth, child.depth + 1);
        }
    }

    private final PickleInput input;
    private final Deque<Step> path = new ArrayDeque<>();
    private final Map<Object, Step> measured = new IdentityHashMap<>();
    private final Deque<Inert> inert = new ArrayDeque<>();
    private final Collection<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Collection<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private PickleTree(PickleInput input) {
        this.input = input;
    }

    static void check(Object root, PickleInput input) throws WeightsException {
        new PickleTree(input).measureAll(root);
    }

    private void measureAll(Object root) throws WeightsException {
        measure(root);
        while (!inert.isEmpty()) for (Object part : inert.pop().parts()) measure(part);
    }

    private void measure(Object root) throws WeightsException {
        enter(root);
        while (!path.isEmpty()) {
            Step step = path.peek();
            if (step.children.hasNext()) {
                enter(step.children.next());
            } else {
                leave(path.pop());
            }
        }
    }

    private void enter(Object value) throws WeightsException {
        if (value instanceof Inert object && !object.isBare() && seen.add(object)) inert.push(object);
        Collection<?> children = children(value);
        if (children.isEmpty()) {
            if (!path.isEmpty()) path.peek().values++;
        } else if (measured.containsKey(value)) {
            addToParent(measured.get(value));
        } else {
            if (!open.add(value)) throw input.refused("a value contains itself");
            path.push(new Step(value, children));
            if (path.size() > MAX_DEPTH) throw tooDeep();
        }
    }

    private void leave(Step step) throws WeightsException {
        open.remove(step.container);
        step.children = null; // free the iterator; the step itself is kept
        measured.put(step.container, step);
        addToParent(step);
    }

    private void addToParent(Step child) throws WeightsException {
        if (path.isEmpty()) return;
        path.peek().add(child);
        if (path.peek().depth > MAX_DEPTH) throw tooDeep();
        if (path.peek().values > MAX_VALUES)
            throw input.refused("its values repeat each other to more than " + MAX_VALUES + " (a pickle bomb)");
    }

    private WeightsException tooDeep() {
        return input.refused("values lie more than " + MAX_DEPTH + " levels deep");
    }

    /** The content of a container; empty for any other value. */
    private static Collection<?> children(Object value) {
        if (value instanceof List<?> list) return list;
        if (value instanceof Tuple tuple) return tuple.items();
        if (value instanceof Built built) return built.arguments();
        if (value instanceof Dict dict) return dict.items().values();
        if (value instanceof ScriptObject object) return Collections.singletonList(object.state());
        return List.of();
    }
}
