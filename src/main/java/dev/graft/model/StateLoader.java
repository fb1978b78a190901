package dev.graft.model;

import dev.graft.model.Architecture.StateEntry;
import dev.graft.weights.ScalarKind;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Fills a network's state from a file: every name, with the right shape, or an error that lists what is missing, left
 * over and misshapen. Half and double precision become float32, and a line says so.
 */
final class StateLoader {
    private static final int LISTED = 8;

    private final WeightsFile file;
    private final List<String> notes = new ArrayList<>();

    StateLoader(WeightsFile file) {
        this.file = file;
        notes.addAll(file.notes());
    }

    /** What was undone or converted, a sentence each. */
    List<String> notes() {
        return notes;
    }

    /**
     * Reads the tensors of {@code wanted}, each owned by the caller.
     *
     * @param dropHead whether {@code fc.*} of the file is left out, because a new head takes its place
     */
    Map<String, Tensor> load(Architecture architecture, List<StateEntry> wanted, boolean dropHead) throws IOException {
        Map<String, StoredTensor> there = new LinkedHashMap<>(file.tensors());
        if (dropHead) {
            dropHead(there);
        }
        checkNames(architecture, wanted, there);
        Map<String, Tensor> state = new LinkedHashMap<>();
        Map<ScalarKind, Integer> converted = new LinkedHashMap<>();
        try {
            for (StateEntry entry : wanted) {
                StoredTensor stored = there.get(entry.name());
                ScalarKind kind = entry.counter() ? ScalarKind.I64 : ScalarKind.F32;
                if (stored == null) { // only counters may be missing
                    state.put(entry.name(), StateReader.zero(kind));
                    continue;
                }
                if (stored.kind() != kind) {
                    converted.merge(stored.kind(), 1, Integer::sum);
                }
                state.put(entry.name(), StateReader.read(file, stored, kind));
            }
        } catch (IOException | RuntimeException e) {
            state.values().forEach(Tensor::close);
            throw e;
        }
        converted.forEach((kind, n) -> notes.add(n + " tensors of " + kind + " converted to float32"));
        return state;
    }

    private void dropHead(Map<String, StoredTensor> there) {
        StoredTensor weight = there.get("fc.weight");
        if (weight == null || weight.shape().isEmpty()) {
            return; // no head, or something else of that name
        }
        there.remove("fc.weight");
        there.remove("fc.bias");
        notes.add("the file's head fc of " + weight.shape().get(0) + " classes dropped: a new one is grafted");
    }

    private void checkNames(Architecture architecture, List<StateEntry> wanted, Map<String, StoredTensor> there)
            throws WeightsException {
        List<String> missing = new ArrayList<>();
        List<String> counters = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        Set<String> unexpected = new LinkedHashSet<>(there.keySet());
        for (StateEntry entry : wanted) {
            StoredTensor stored = there.get(entry.name());
            unexpected.remove(entry.name());
            if (stored == null) {
                (entry.counter() ? counters : missing).add(entry.name());
            } else if (!stored.shape().equals(entry.shape())) {
                misshapen.add(entry.name() + " of shape " + entry.shape() + ", the file has " + stored.shape());
            }
        }
        if (missing.isEmpty() && misshapen.isEmpty() && unexpected.isEmpty()) {
            if (!counters.isEmpty()) {
                notes.add(counters.size()
                        + " num_batches_tracked are not in the file (it is from before PyTorch 0.4.1): they"
                        + " start at 0, as PyTorch has them");
            }
            return;
        }
        Architecture held = Architecture.recognise(file).orElse(architecture);
        if (held != architecture) {
            throw new WeightsException(
                    file.file(),
                    "holds a " + held.title() + " where a " + architecture.title() + " is expected",
                    "take Architecture." + held.name() + ", or the weights of torchvision's " + architecture.title());
        }
        throw new WeightsException(
                file.file(),
                "does not hold a " + architecture.title() + listed("; missing", missing)
                        + listed("; unexpected", unexpected) + listed("; expects", misshapen),
                "take the weights of torchvision's " + architecture.title());
    }

    private static String listed(String title, Collection<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        List<String> first = names.stream().limit(LISTED).toList();
        String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
        return title + " " + String.join(", ", first) + more;
    }
}
