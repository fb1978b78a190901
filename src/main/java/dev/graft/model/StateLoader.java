package dev.graft.model;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.StateEntry;
import dev.graft.model.names.Branch;
import dev.graft.model.names.Part;
import dev.graft.model.names.Quantized;
import dev.graft.model.state.PartReader;
import dev.graft.model.state.StateReader;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
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
import java.util.Optional;
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
        if (!isOwn()) {
            Map<String, Part> there = asTheyAre();
            dropLinear(there);
            return load(wanted, there);
        }
        List<Branch> branches = ((Architecture) network).branches(file);
        Branch branch = branches.get(0);
        refuseTwins(branches);
        notes.addAll(branch.notes());
        Optional<PretrainedConfig> config = PretrainedConfig.beside(file.file());
        if (config.isPresent()) {
            notes.addAll(config.get().notes());
            refuseSettings(branch, config.get());
        }
        for (Branch other : branches.subList(1, branches.size())) {
            notes.add("there is another " + network.title() + " under '" + WeightsException.quote(other.prefix())
                    + "', which is not used");
        }
        Map<String, Part> there = new LinkedHashMap<>(branch.parts());
        dropHead(there);
        dropOthers(wanted, there);
        return load(wanted, there);
    }

    private void refuseTwins(List<Branch> branches) throws WeightsException {
        if (branches.stream().anyMatch(branches.get(0)::isTwinOf))
            throw new WeightsException(
                    file.file(),
                    "holds several networks that fit, and no name says which of them learns: under "
                            + sample(branches.stream().map(Branch::prefix).toList()),
                    "save one of them by itself: torch.save(network.state_dict(), path)");
    }

    private void refuseSettings(Branch branch, PretrainedConfig config) throws WeightsException {
        if (branch.transformers() && !config.settings().isEmpty()) {
            throw new WeightsException(
                    file.file(),
                    "is a ResNet of Hugging Face's transformers with other layers than torchvision's: "
                            + String.join(", ", config.settings()) + " in the " + PretrainedConfig.FILE + " beside it",
                    "take one without these settings, such as microsoft/resnet-50");
        }
    }

    /** Reads the tensors of {@code wanted}. The caller owns them. */
    Map<String, Tensor> load(List<StateEntry> wanted) throws IOException {
        return load(wanted, asTheyAre());
    }

    private Map<String, Part> asTheyAre() {
        Map<String, Part> parts = new LinkedHashMap<>();
        file.tensors().forEach((name, tensor) -> parts.put(name, new Part.Plain(tensor)));
        return parts;
    }

    private Map<String, Tensor> load(List<StateEntry> wanted, Map<String, Part> there) throws IOException {
        if (isOwn()) {
            refuseQuantized(wanted, there);
        }
        checkNames(wanted, there);
        Map<ScalarKind, Integer> converted = new LinkedHashMap<>();
        Map<String, PartReader.Wanted> read = new LinkedHashMap<>();
        List<StateEntry> absent = new ArrayList<>();
        for (StateEntry entry : wanted) {
            Part part = there.get(entry.name());
            if (part == null) {
                absent.add(entry);
                continue;
            }
            if (part.kind() != entry.kind()) {
                converted.merge(part.kind(), 1, Integer::sum);
            }
            boolean mask = entry.buffer() && !isOwn(); // the buffers of a ResNet are statistics, never masks
            read.put(entry.name(), new PartReader.Wanted(part, entry.kind(), mask));
        }
        Map<String, Tensor> state = PartReader.readAll(file, read);
        for (StateEntry entry : absent) { // only counters may be missing
            state.put(entry.name(), StateReader.zero(entry.kind()));
        }
        converted.forEach((kind, n) -> notes.add(n + " tensors of " + kind + " converted to float32"));
        noteRules(read.values());
        return state;
    }

    private void refuseQuantized(List<StateEntry> wanted, Map<String, Part> there) throws WeightsException {
        Optional<String> seen = Quantized.seen(wanted, there);
        if (seen.isPresent()) {
            throw new WeightsException(
                    file.file(),
                    seen.get() + "; what number it stands for only the program knows that made it",
                    "give the float model that it was made from");
        }
    }

    private void noteRules(Collection<PartReader.Wanted> read) {
        Map<String, Integer> made = new LinkedHashMap<>();
        for (PartReader.Wanted wanted : read) {
            String rule = wanted.part().rule();
            if (!rule.isEmpty()) {
                made.merge(rule, 1, Integer::sum);
            }
        }
        made.forEach((rule, n) -> notes.add(n + " tensors made as PyTorch does: " + rule));
    }

    /** The head of a network whose code came in a file: the layer of that name, if it is one. */
    private void dropLinear(Map<String, Part> there) {
        Head head = new Head(network.head());
        Part weight = there.get(head.weight());
        if (weight == null || weight.shape().isEmpty()) {
            return; // no head, or another thing with this name
        }
        there.remove(head.weight());
        there.remove(head.bias());
        noteHead(head, weight);
    }

    /** Whatever stands under the head's name: a linear layer, or several, or quantized ones. */
    private void dropHead(Map<String, Part> there) {
        Head head = new Head(network.head());
        Part weight = there.get(head.weight());
        List<String> names = there.keySet().stream()
                .filter(name -> name.startsWith(head.path() + "."))
                .toList();
        names.forEach(there::remove);
        if (weight != null && !weight.shape().isEmpty()) {
            noteHead(head, weight);
        } else if (!names.isEmpty()) {
            notes.add("the file's head " + head.path() + " is more than a linear layer (" + sample(names)
                    + ") and dropped: a new one is grafted");
        }
    }

    private void noteHead(Head head, Part weight) {
        notes.add("the file's head " + WeightsException.quote(head.path()) + " of "
                + weight.shape().get(0) + " classes dropped: a new one is grafted");
    }

    /** What lies beside the trunk, such as the head of a training by contrast; what lies within it is an error. */
    private void dropOthers(List<StateEntry> wanted, Map<String, Part> there) {
        Set<String> modules = wanted.stream().map(e -> module(e.name())).collect(Collectors.toSet());
        List<String> others = there.keySet().stream()
                .filter(name -> !modules.contains(module(name)) && !name.startsWith("layer"))
                .toList();
        others.forEach(there::remove);
        if (!others.isEmpty()) {
            notes.add("left out, for it is no part of a " + network.title() + ": " + Branch.groups(others));
        }
    }

    private static String module(String name) {
        return name.substring(0, Math.max(0, name.indexOf('.')));
    }

    private void checkNames(List<StateEntry> wanted, Map<String, Part> there) throws WeightsException {
        List<String> missing = new ArrayList<>();
        List<String> counters = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        Set<String> unexpected = new LinkedHashSet<>(there.keySet());
        for (StateEntry entry : wanted) {
            Part stored = there.get(entry.name());
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
                remedy(unexpected));
    }

    private String remedy(Collection<String> unexpected) {
        if (!isOwn()) return "give the network file that the training started from";
        String plain = "use torchvision's weights of " + network.title();
        if (unexpected.stream().anyMatch(name -> name.contains(".parametrizations.")))
            return "save it after torch.nn.utils.parametrize.remove_parametrizations, or " + plain;
        return plain + (isScript() ? ", or, " + OWN_NETWORK : "");
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
        return names.isEmpty() ? "" : title + " " + sample(names);
    }

    private static String sample(Collection<String> names) {
        List<String> first =
                names.stream().limit(LISTED).map(WeightsException::quote).toList();
        return String.join(", ", first) + (names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "");
    }
}
