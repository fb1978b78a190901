package dev.graft.model;

import dev.graft.model.Architecture.StateEntry;
import dev.graft.torch.NativeScope;
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
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

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
                if (stored.kind() != kind) {
                    converted.merge(stored.kind(), 1, Integer::sum);
                }
                state.put(entry.name(), read(stored, kind));
            }
        } catch (IOException | RuntimeException e) {
            state.values().forEach(Tensor::close);
            throw e;
        }
        converted.forEach((kind, n) -> notes.add(n + " tensors of " + kind + " converted to float32"));
        return state;
    }

    private void dropHead(Map<String, StoredTensor> there) {
        StoredTensor weight = there.remove("fc.weight");
        there.remove("fc.bias");
        if (weight != null) {
            notes.add("the file's head fc of " + weight.shape().get(0) + " classes dropped: a new one is grafted");
        }
    }

    private void checkNames(Architecture architecture, List<StateEntry> wanted, Map<String, StoredTensor> there)
            throws WeightsException {
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        Set<String> unexpected = new LinkedHashSet<>(there.keySet());
        for (StateEntry entry : wanted) {
            StoredTensor stored = there.get(entry.name());
            unexpected.remove(entry.name());
            if (stored == null) {
                missing.add(entry.name());
            } else if (!stored.shape().equals(entry.shape())) {
                misshapen.add(entry.name() + " of shape " + entry.shape() + ", the file has " + stored.shape());
            }
        }
        if (missing.isEmpty() && misshapen.isEmpty() && unexpected.isEmpty()) {
            return;
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

    private Tensor read(StoredTensor stored, ScalarKind kind) throws IOException {
        torch.ScalarType type = type(stored.kind());
        Tensor result;
        try (NativeScope scope = NativeScope.open()) {
            Tensor storage = torch.empty(
                    new long[] {stored.storageElements()}, new TensorOptions(type), new MemoryFormatOptional());
            file.readStorage(
                    stored,
                    new BytePointer(storage.data_ptr())
                            .capacity(storage.nbytes())
                            .asByteBuffer());
            Tensor view = storage.as_strided(
                    longs(stored.shape()), longs(stored.strides()), new LongOptional(stored.offset()));
            result = view.to(type(kind)).contiguous();
            if (kind == ScalarKind.F32 && !torch.isfinite(result).all().item_bool()) {
                throw new WeightsException(
                        file.file(),
                        stored.name() + " holds NaN or infinite values: the training that made it diverged",
                        "take an earlier file");
            }
            NativeScope.own(result);
        }
        return result;
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static torch.ScalarType type(ScalarKind kind) {
        return switch (kind) {
            case F64 -> torch.ScalarType.Double;
            case F32 -> torch.ScalarType.Float;
            case F16 -> torch.ScalarType.Half;
            case BF16 -> torch.ScalarType.BFloat16;
            case I64 -> torch.ScalarType.Long;
            case I32 -> torch.ScalarType.Int;
            case I16 -> torch.ScalarType.Short;
            case I8 -> torch.ScalarType.Char;
            case U8 -> torch.ScalarType.Byte;
            case BOOL -> torch.ScalarType.Bool;
        };
    }
}
