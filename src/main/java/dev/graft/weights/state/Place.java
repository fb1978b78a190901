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

/**
 * A state dict in a file of torch.save: its position, its tensors with the names in the file, and the items that are not
 * tensors.
 */
final class Place {
    /** Common names for weights in training scripts, the preferred ones first. */
    private static final List<String> USUAL = List.of(
            "state_dict", "model", "model_state_dict", "model_state", "net", "network", "weights", "params", "module");

    /**
     * A value and the keys that lead to it; the root has no keys.
     *
     * @param key a text, or the index in a list
     * @param inObject whether it is a part of an object
     * @param depth the number of keys
     */
    record Step(Step parent, Object key, Object value, boolean inObject, int depth) {
        /** The path of keys, outermost first. */
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

        /** The outermost key; empty for the root. */
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

    /** The place of a dict with these items. */
    static Place ofDict(Step step, Map<?, ?> items, ModuleTree.Budget budget) throws WeightsException {
        return new Place(step, step.path(budget), items, null);
    }

    /** The place of the outermost dict. */
    static Place ofRoot(Map<?, ?> items) {
        return new Place(new Step(null, "", items, false, 0), "", items, null);
    }

    /** The place of a module, with the items of its state dict. */
    static Place ofModule(Step step, ModuleTree tree, ModuleTree.Budget budget) throws WeightsException {
        return new Place(step, step.path(budget), tree.items(), tree.type());
    }

    /** Whether any of these items is a tensor. */
    static boolean holdTensors(Map<?, ?> items) {
        for (Map.Entry<?, ?> item : items.entrySet()) if (isTensor(item)) return true;
        return false;
    }

    /** The tensors, in the order of the file. */
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

    /** The keys that lead to it, separated by dots; empty for the outermost value. */
    String path() {
        return path;
    }

    /** The outermost of these keys; empty for the outermost value. */
    String outermost() {
        return step.outermost();
    }

    /** The rank of its name; a smaller rank is more common. */
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

    /** Whether all its keys are common names for weights in training scripts. */
    boolean isUsual() {
        return rank < USUAL.size();
    }

    /** Whether its name says that these weights are averages over training steps. */
    boolean isAveraged() {
        return averaged;
    }

    /** Whether its tensors are views of the same storages as those of another place. */
    boolean isSameAs(Place other) {
        return tensors().equals(other.tensors());
    }

    /** A description for messages. */
    String title() {
        String name = path().isEmpty() ? "the outermost dict" : "'" + WeightsException.quote(path()) + "'";
        return name + " (" + tensors().size() + " tensors" + (isAveraged() ? ", averaged weights" : "") + ")";
    }

    /** Notes for the case that it is chosen, one sentence each. */
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
