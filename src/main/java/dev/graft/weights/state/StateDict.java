package dev.graft.weights.state;

import dev.graft.weights.pickle.PickleStack;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsChoice;
import dev.graft.weights.tensor.WeightsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state dict in a file of {@code torch.save}, with the names of the model without wrappers.
 *
 * <p>Training scripts put the state dict into another dict, put several side by side, or save the module itself.
 * DataParallel, torch.compile and modules that contain the model (as in Lightning) add a prefix to every name. The notes
 * say what was changed and what was left out.
 */
public final class StateDict {
    private static final List<String> PREFIXES = List.of("module.", "_orig_mod.", "model.", "backbone.");

    private final Map<?, ?> values;
    private final List<String> keys;
    private final Map<String, StoredTensor> tensors;
    private final List<String> notes = new ArrayList<>();

    /** @param root the value that the file contains */
    StateDict(Path file, Object root, WeightsChoice choice) throws WeightsException {
        values = root instanceof Dict dict ? dict.items() : Map.of();
        PlaceSearch search = new PlaceSearch(root, seen -> new WeightsException(file, seen, WeightsException.RESAVE));
        List<Place> places = search.places();
        if (places.isEmpty() && !(root instanceof Dict))
            throw new WeightsException(
                    file,
                    "holds " + PickleStack.nameOf(root) + " where a dict of tensors is expected",
                    WeightsException.RESAVE);
        keys = places.stream().map(Place::path).toList();
        PlaceChoice chosen = new PlaceChoice(file, places.isEmpty() ? List.of(Place.ofRoot(values)) : places, choice);
        Place taken = chosen.taken();
        if (!taken.path().isEmpty()) notes.add(under(taken));
        notes.addAll(taken.notes());
        notes.addAll(objects(search.objects()));
        if (search.isDeeper())
            notes.add("left out what lies more than " + PlaceSearch.MAX_DEPTH + " levels deep in objects of Python");
        notes.addAll(chosen.notes());
        tensors = Collections.unmodifiableMap(withoutPrefixes(taken.tensors(), notes));
    }

    /** The values of the outermost dict. */
    Map<?, ?> values() {
        return values;
    }

    /** The keys of the places that have tensors, see {@link WeightsChoice}. */
    List<String> keys() {
        return keys;
    }

    /** The tensors by name, in the order of the file. */
    Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** What was changed or left out, one sentence each. */
    List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    private String under(Place taken) {
        List<String> others = new ArrayList<>();
        for (Object key : values.keySet())
            if (!key.toString().equals(taken.outermost())) others.add(WeightsException.quote(key.toString()));
        return "took the tensors under '" + WeightsException.quote(taken.path()) + "'"
                + (taken.isAveraged() ? ", which are averaged weights" : "")
                + (others.isEmpty() ? "" : "; beside it: " + sample(others));
    }

    private static List<String> objects(Map<String, Integer> found) {
        List<String> named = new ArrayList<>();
        found.forEach((type, count) -> named.add(WeightsException.quote(type) + (count > 1 ? " (" + count + ")" : "")));
        return named.isEmpty()
                ? List.of()
                : List.of("left out objects of Python, none of which was made: " + sample(named));
    }

    /**
     * Removes the prefixes that all names have, outermost first, each prefix once. Adds a note to {@code notes} for
     * each.
     */
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

    /** The first of {@code prefixes} that all names have; null if there is none. */
    private static String common(Map<String, StoredTensor> tensors, List<String> prefixes) {
        if (tensors.isEmpty()) return null;
        return prefixes.stream()
                .filter(prefix -> tensors.keySet().stream().allMatch(name -> name.startsWith(prefix)))
                .findFirst()
                .orElse(null);
    }

    static String sample(List<String> names) {
        return names.size() <= 10
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 10)) + " and " + (names.size() - 10) + " more";
    }
}
