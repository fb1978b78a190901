package dev.graft.weights.state;

import dev.graft.weights.pickle.OtherTensors;
import dev.graft.weights.tensor.AveragedNames;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A state dict in what torch.save wrote: where it lies, its tensors under the names that it has, and what is no tensor. */
final class Place {
    /** As training scripts call the weights that they train, the first of these before the others. */
    private static final List<String> USUAL = List.of(
            "state_dict", "model", "model_state_dict", "model_state", "net", "network", "weights", "params", "module");

    /**
     * A value, and the keys that lead there; the root has none.
     *
     * @param key a text, or the place in a list
     * @param inObject whether it is a part of an object
     * @param depth how many keys there are
     */
    record Step(Step parent, Object key, Object value, boolean inObject, int depth) {
        /** The keys from the outermost on. */
        String path(ModuleTree.Budget budget) throws WeightsException {
            List<String> keys = new ArrayList<>();
            for (Step step = this; step.parent != null; step = step.parent) {
                String key = step.key.toString();
                budget.key(key.length());
                keys.add(key);
            }
            Collections.reverse(keys);
            return String.join(".", keys);
        }

        /** The first of the keys; empty at the root. */
        String outermost() {
            Step step = this;
            while (step.parent != null && step.parent.parent != null) step = step.parent;
            return step.key.toString();
        }
    }

    private final Step step;
    private final Map<?, ?> items;
    private final String module;
    private final String path;
    private final boolean averaged;
    private final int rank;
    private Map<String, StoredTensor> tensors;

    private Place(Step step, String path, Map<?, ?> items, String module) {
        this.step = step;
        this.items = items;
        this.module = module;
        this.path = path;
        averaged = AveragedNames.has(path);
        rank = rankOf(step, averaged);
    }

    /** A dict with these items. */
    static Place ofDict(Step step, Map<?, ?> items, ModuleTree.Budget budget) throws WeightsException {
        return new Place(step, step.path(budget), items, null);
    }

    /** The outermost dict. */
    static Place ofRoot(Map<?, ?> items) {
        return new Place(new Step(null, "", items, false, 0), "", items, null);
    }

    /** A module with what its state dict would hold. */
    static Place ofModule(Step step, ModuleTree tree, ModuleTree.Budget budget) throws WeightsException {
        return new Place(step, step.path(budget), tree.items(), tree.type());
    }

    /** Whether any of these items is a tensor. */
    static boolean holdTensors(Map<?, ?> items) {
        for (Map.Entry<?, ?> item : items.entrySet()) if (isTensor(item)) return true;
        return false;
    }

    /** The tensors, in the file's order. */
    Map<String, StoredTensor> tensors() {
        if (tensors == null) {
            tensors = new LinkedHashMap<>();
            for (Map.Entry<?, ?> item : items.entrySet())
                if (isTensor(item)) {
                    String name = (String) item.getKey();
                    tensors.put(name, ((StoredTensor) item.getValue()).named(name));
                }
        }
        return tensors;
    }

    private static boolean isTensor(Map.Entry<?, ?> item) {
        return item.getKey() instanceof String && item.getValue() instanceof StoredTensor;
    }

    /** The keys that lead to it with dots between them; empty for the outermost value. */
    String path() {
        return path;
    }

    /** The first of these keys; empty for the outermost value. */
    String outermost() {
        return step.outermost();
    }

    /** How usual its name is, the least the most. */
    int rank() {
        return rank;
    }

    private static int rankOf(Step step, boolean averaged) {
        if (step.parent() == null) return USUAL.size();
        if (averaged) return USUAL.size() + 2;
        int usual = Integer.MAX_VALUE;
        for (Step s = step; s.parent() != null; s = s.parent()) {
            usual = USUAL.indexOf(s.key().toString());
            if (usual < 0) return USUAL.size() + 1;
        }
        return usual;
    }

    /** Whether all its keys are those under which training scripts put weights. */
    boolean isUsual() {
        return rank < USUAL.size();
    }

    /** Whether its name says that these are averages over the steps of a training. */
    boolean isAveraged() {
        return averaged;
    }

    /** Whether these are views of the same numbers as another's. */
    boolean isSameAs(Place other) {
        return tensors().equals(other.tensors());
    }

    /** What it is, for a message. */
    String title() {
        String name = path().isEmpty() ? "the outermost dict" : "'" + WeightsException.quote(path()) + "'";
        return name + " (" + tensors().size() + " tensors" + (isAveraged() ? ", averaged weights" : "") + ")";
    }

    /** What to say of it when it was taken, a sentence each. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (module != null)
            notes.add("read a module of the class " + WeightsException.quote(module)
                    + " as data: its parameters and buffers, as its state_dict() names them");
        List<String> left = new ArrayList<>();
        for (Map.Entry<?, ?> item : items.entrySet())
            if (!isTensor(item)) left.add(WeightsException.quote(item.getKey().toString()) + what(item.getValue()));
        if (!left.isEmpty()) notes.add("left out what is not a tensor: " + StateDict.sample(left));
        return notes;
    }

    private static String what(Object value) {
        return OtherTensors.words(value).map(words -> " (" + words + ")").orElse("");
    }
}
