package dev.graft.model;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.state.StateReader;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import dev.graft.weights.tensor.WeightsKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/**
 * Reads a network's state from a file: every name with the right shape, or an error that lists what is missing,
 * unexpected or of a wrong shape. Half and double precision become float32, and a note says so.
 */
final class StateLoader {
    private static final int LISTED = 8;
    private static final String OWN_NETWORK = "if you trust the source of this file, use its own network:"
            + " TrustedScript, or --trusted (LibTorch runs code of such a file while it loads it, so a malicious file can"
            + " do anything)";

    private final WeightsFile file;
    private final Network network;
    private final List<String> notes = new ArrayList<>();

    StateLoader(WeightsFile file, Network network) {
        this.file = file;
        this.network = network;
        notes.addAll(file.notes());
    }

    /** What was changed or converted, one sentence each. */
    List<String> notes() {
        return notes;
    }

    /** Reads the tensors of {@code wanted} and drops the file's head. The caller owns the tensors. */
    Map<String, Tensor> loadTrunk(List<StateEntry> wanted) throws IOException {
        Map<String, StoredTensor> there = new LinkedHashMap<>(file.tensors());
        dropHead(there);
        return load(wanted, there);
    }

    /** Reads the tensors of {@code wanted}. The caller owns them. */
    Map<String, Tensor> load(List<StateEntry> wanted) throws IOException {
        return load(wanted, file.tensors());
    }

    private Map<String, Tensor> load(List<StateEntry> wanted, Map<String, StoredTensor> there) throws IOException {
        checkNames(wanted, there);
        Map<ScalarKind, Integer> converted = new LinkedHashMap<>();
        Map<String, StateReader.Wanted> read = new LinkedHashMap<>();
        List<StateEntry> absent = new ArrayList<>();
        for (StateEntry entry : wanted) {
            StoredTensor stored = there.get(entry.name());
            if (stored == null) {
                absent.add(entry);
                continue;
            }
            if (stored.kind() != entry.kind()) {
                converted.merge(stored.kind(), 1, Integer::sum);
            }
            boolean mask = entry.buffer() && !isOwn(); // the buffers of a ResNet are statistics, never masks
            read.put(entry.name(), new StateReader.Wanted(stored, entry.kind(), mask));
        }
        Map<String, Tensor> state = StateReader.readAll(file, read);
        for (StateEntry entry : absent) { // only counters may be missing
            state.put(entry.name(), StateReader.zero(entry.kind()));
        }
        converted.forEach((kind, n) -> notes.add(n + " tensors of " + kind + " converted to float32"));
        return state;
    }

    private void dropHead(Map<String, StoredTensor> there) {
        Head head = new Head(network.head());
        StoredTensor weight = there.get(head.weight());
        if (weight == null || weight.shape().isEmpty()) {
            return; // no head, or another thing with this name
        }
        there.remove(head.weight());
        there.remove(head.bias());
        notes.add("the file's head " + WeightsException.quote(head.path()) + " of "
                + weight.shape().get(0) + " classes dropped: a new one is grafted");
    }

    private void checkNames(List<StateEntry> wanted, Map<String, StoredTensor> there) throws WeightsException {
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
                misshapen.add(WeightsException.quote(entry.name()) + " of shape " + entry.shape() + ", the file has "
                        + stored.shape());
            }
        }
        if (missing.isEmpty() && misshapen.isEmpty() && unexpected.isEmpty()) {
            if (!counters.isEmpty()) {
                notes.add(counters.size()
                        + " num_batches_tracked are not in the file (it is older than PyTorch 0.4.1): they"
                        + " start at 0, as in PyTorch");
            }
            return;
        }
        Architecture other = Architecture.recognise(file).orElse(null);
        if (other != null && other != network) {
            throw new WeightsException(
                    file.file(),
                    "holds a " + other.title() + ", but a " + network.title() + " is expected",
                    "use Architecture." + other.name() + ", or torchvision's weights of " + network.title());
        }
        Architecture nearest = Architecture.nearest(file).orElse(null);
        if (isOwn() && nearest == null) {
            throw ofAnotherNetwork();
        }
        boolean otherIsNearer = isOwn() && nearest != network;
        throw new WeightsException(
                file.file(),
                "does not hold a " + network.title()
                        + (otherIsNearer ? " (most similar to " + nearest.title() + ")" : "")
                        + listed("; missing", missing) + listed("; unexpected", unexpected)
                        + listed("; expects", misshapen) + undone(),
                isOwn()
                        ? "use torchvision's weights of " + network.title() + (isScript() ? ", or, " + OWN_NETWORK : "")
                        : "give the network file that the training started from");
    }

    private WeightsException ofAnotherNetwork() {
        String all =
                Arrays.stream(Architecture.values()).map(Architecture::title).collect(Collectors.joining(", "));
        String start = file.tensors().keySet().stream()
                .limit(3)
                .map(WeightsException::quote)
                .collect(Collectors.joining(", "));
        return new WeightsException(
                file.file(),
                "is none of " + all + "; " + (start.isEmpty() ? "it holds no tensor" : "its first tensors are " + start)
                        + undone(),
                isScript()
                        ? OWN_NETWORK
                        : "tensors alone do not describe a network that Graft does not know: save the whole network in"
                                + " Python, torch.jit.script(model.eval()).save(\"model.pt\"), and use that file:"
                                + " TrustedScript, or --trusted");
    }

    /** Whether the network is one that Graft writes. */
    private boolean isOwn() {
        return network.graph().isPresent();
    }

    private boolean isScript() {
        return file.kind() == WeightsKind.TORCHSCRIPT;
    }

    /** What the reader has changed, which may be the reason why names do not match. */
    private String undone() {
        return file.notes().isEmpty() ? "" : " (noted: " + String.join("; ", file.notes()) + ")";
    }

    private static String listed(String title, Collection<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        List<String> first =
                names.stream().limit(LISTED).map(WeightsException::quote).toList();
        String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
        return title + " " + String.join(", ", first) + more;
    }
}
