package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the state dict in what {@code torch.save} wrote and gives its tensors the names of the bare model.
 *
 * <p>Training scripts put the dict into another one, and DataParallel, torch.compile and modules that hold the model (as
 * Lightning's do) put a name of their own before every name; both are undone and noted.
 */
public final class StateDict {
    private static final List<String> WRAPPERS = List.of("state_dict", "model", "model_state_dict");
    private static final List<String> PREFIXES = List.of("module.", "_orig_mod.", "model.", "backbone.");

    private StateDict() {}

    /** The tensors by name in the file's order; adds to {@code notes} what was undone or left out. */
    static Map<String, StoredTensor> tensors(Dict root, List<String> notes) {
        Map<Object, Object> items = unwrap(root.items(), notes);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        items.forEach((key, value) -> {
            if (key instanceof String name && value instanceof StoredTensor tensor)
                tensors.put(name, tensor.named(name));
            else left.add(WeightsException.quote(key.toString()));
        });
        if (!left.isEmpty()) notes.add("left out what is not a tensor: " + sample(left));
        return withoutPrefixes(tensors, notes);
    }

    private static Map<Object, Object> unwrap(Map<Object, Object> root, List<String> notes) {
        for (String wrapper : WRAPPERS) {
            if (!(root.get(wrapper) instanceof Dict inner) || !holdsTensors(inner)) continue;
            List<String> others = new ArrayList<>();
            for (Object key : root.keySet())
                if (!key.equals(wrapper)) others.add(WeightsException.quote(key.toString()));
            notes.add("took the tensors under '" + wrapper + "'"
                    + (others.isEmpty() ? "" : "; beside it: " + sample(others)));
            return inner.items();
        }
        return root;
    }

    private static boolean holdsTensors(Dict dict) {
        return dict.items().values().stream().anyMatch(StoredTensor.class::isInstance);
    }

    /** Takes off what wraps every name, outermost first, each prefix once; adds to {@code notes} what was taken. */
    public static Map<String, StoredTensor> withoutPrefixes(Map<String, StoredTensor> tensors, List<String> notes) {
        Map<String, StoredTensor> bare = tensors;
        List<String> left = new ArrayList<>(PREFIXES);
        for (String prefix = common(bare, left); prefix != null; prefix = common(bare, left)) {
            Map<String, StoredTensor> shorter = new LinkedHashMap<>();
            for (Map.Entry<String, StoredTensor> e : bare.entrySet()) {
                String rest = e.getKey().substring(prefix.length());
                shorter.put(rest, e.getValue().named(rest));
            }
            notes.add("took the prefix '" + prefix + "' off every name");
            left.remove(prefix);
            bare = shorter;
        }
        return bare;
    }

    /** The one of {@code prefixes} that every name has; null when there is none. */
    private static String common(Map<String, StoredTensor> tensors, List<String> prefixes) {
        if (tensors.isEmpty()) return null;
        return prefixes.stream()
                .filter(prefix -> tensors.keySet().stream().allMatch(name -> name.startsWith(prefix)))
                .findFirst()
                .orElse(null);
    }

    private static String sample(List<String> names) {
        return names.size() <= 10
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 10)) + " and " + (names.size() - 10) + " more";
    }
}
