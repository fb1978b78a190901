package dev.graft.model.state;

import dev.graft.torch.NativeScope;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads tensors from weights files directly into native memory. A storage is read once for all tensors that are views
 * of it, and freed before the next is read. The peak is the largest storage plus the results.
 */
public final class StateReader {
    /** Files of PyTorch do not compress storages. Compressed ones may be a thousand times as large as the file. */
    private static final int MAX_GROWTH = 4;

    private static final long ALWAYS_ALLOWED = 64 << 20;

    private StateReader() {}

    /**
     * A tensor to read.
     *
     * @param kind the element type to convert to
     * @param anyNumber whether float32 values may be NaN or infinite, as in a mask
     */
    public record Wanted(StoredTensor stored, ScalarKind kind, boolean anyNumber) {}

    /** A storage read as one element type; the code of a script may read the same storage as several types. */
    private record Storage(String name, ScalarKind kind, long elements) {
        static Storage of(StoredTensor t) {
            return new Storage(t.storage(), t.kind(), t.storageElements());
        }

        long bytes() {
            return elements * kind.width();
        }
    }

    /** One tensor, owned by the caller; see {@link #readAll}. */
    public static Tensor read(WeightsFile file, StoredTensor stored, ScalarKind kind) throws IOException {
        return readAll(file, Map.of(stored.name(), new Wanted(stored, kind, false)))
                .get(stored.name());
    }

    /**
     * Reads tensors, with the names and in the order of {@code wanted}. Each has memory of its own, and the caller owns
     * it.
     *
     * @throws IOException when the file cannot be read, when values that become float32 are NaN or infinite, when
     *     complex numbers would lose a part, or when the storages are far too large for the file
     */
    public static Map<String, Tensor> readAll(WeightsFile file, Map<String, Wanted> wanted) throws IOException {
        Map<Storage, List<String>> storages = new LinkedHashMap<>();
        for (Map.Entry<String, Wanted> entry : wanted.entrySet()) {
            Wanted w = entry.getValue();
            refuseLoss(file, w.stored(), w.kind());
            refuseLarge(file, w.stored());
            storages.computeIfAbsent(Storage.of(w.stored()), s -> new ArrayList<>())
                    .add(entry.getKey());
        }
        refuseGrowth(file, storages.keySet());
        Map<String, Tensor> result = new LinkedHashMap<>();
        wanted.keySet().forEach(name -> result.put(name, null));
        boolean whole = false;
        try {
            for (List<String> names : storages.values()) {
                readViews(file, wanted, names, result);
            }
            whole = true;
            return result;
        } finally {
            if (!whole) {
                result.values().stream().filter(t -> t != null).forEach(Tensor::close);
            }
        }
    }

    /** Reads one storage, and from it the tensors of {@code names}. */
    private static void readViews(
            WeightsFile file, Map<String, Wanted> wanted, List<String> names, Map<String, Tensor> result)
            throws IOException {
        StoredTensor first = wanted.get(names.get(0)).stored();
        try (NativeScope scope = NativeScope.open()) {
            Tensor storage = empty(file, first);
            file.readStorage(first, TensorBytes.of(storage));
            for (String name : names) {
                Wanted w = wanted.get(name);
                Tensor t = view(file, storage, w, names.size() == 1);
                result.put(name, t);
                if (w.kind() == ScalarKind.F32 && !w.anyNumber()) {
                    requireFinite(file, w.stored(), t);
                }
            }
        }
    }

    private static Tensor empty(WeightsFile file, StoredTensor first) throws WeightsException {
        try {
            return torch.empty(
                    new long[] {first.storageElements()},
                    new TensorOptions(ScalarTypes.of(first.kind())),
                    new MemoryFormatOptional());
        } catch (RuntimeException e) {
            throw refused(file, first, e);
        }
    }

    /**
     * A tensor with its own memory and no more than it needs. If it is the only one in its storage, it may be the
     * storage itself.
     */
    private static Tensor view(WeightsFile file, Tensor storage, Wanted wanted, boolean only) throws WeightsException {
        StoredTensor stored = wanted.stored();
        try (NativeScope scope = NativeScope.open()) {
            Tensor view = storage.as_strided(
                    longs(stored.shape()), longs(stored.strides()), new LongOptional(stored.offset()));
            Tensor t = view.to(ScalarTypes.of(wanted.kind())).contiguous();
            if (stored.shape().contains(1L)) { // contiguous() keeps an unusual stride where the size is 1
                t = t.reshape(-1).view(longs(stored.shape()));
            }
            boolean shares = t.is_alias_of(storage) && !(only && t.nbytes() == storage.nbytes());
            return NativeScope.own(shares ? t.clone() : t);
        } catch (RuntimeException e) {
            throw refused(file, stored, e);
        }
    }

    private static void requireFinite(WeightsFile file, StoredTensor stored, Tensor t) throws WeightsException {
        boolean finite;
        try (NativeScope scope = NativeScope.open()) {
            finite = isFinite(t);
        } catch (RuntimeException e) {
            throw refused(file, stored, e);
        }
        if (!finite) {
            throw new WeightsException(
                    file.file(),
                    WeightsException.quote(stored.name())
                            + " holds NaN or infinite values: the training that made it diverged",
                    "use an earlier file");
        }
    }

    /**
     * Whether all values of a float32 tensor are finite. The sum is checked first, in a tenth of the time: if it is
     * finite, all values are. A sum of finite values can overflow, so otherwise each value is checked.
     */
    public static boolean isFinite(Tensor t) {
        return t.numel() > 0 && Float.isFinite(t.sum().item_float())
                || torch.isfinite(t).all().item_bool();
    }

    /** A single zero, owned by the caller. */
    public static Tensor zero(ScalarKind kind) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(torch.zeros(new long[0], new TensorOptions(ScalarTypes.of(kind))));
        }
    }

    private static void refuseLarge(WeightsFile file, StoredTensor stored) throws WeightsException {
        if (stored.storageBytes() > Integer.MAX_VALUE) {
            throw new WeightsException(
                    file.file(),
                    WeightsException.quote(stored.name()) + " is in a storage of " + stored.storageBytes()
                            + " bytes (at most 2 GB)",
                    "save a copy of the tensor alone: tensor.clone()");
        }
    }

    private static void refuseGrowth(WeightsFile file, Iterable<Storage> storages) throws IOException {
        long bytes = 0;
        for (Storage s : storages) {
            bytes += s.bytes(); // cannot overflow: at most 2 GB each, and their names fit in memory
        }
        long size = file.bytes();
        if (bytes > MAX_GROWTH * size + ALWAYS_ALLOWED) {
            throw new WeightsException(
                    file.file(),
                    "has storages of " + bytes + " bytes in a file of " + size + " (at most " + MAX_GROWTH
                            + " times as many and 64 MB)",
                    "save it with torch.save, which does not compress");
        }
    }

    private static void refuseLoss(WeightsFile file, StoredTensor stored, ScalarKind kind) throws WeightsException {
        boolean complex =
                switch (stored.kind()) {
                    case C128, C64, C32 -> true;
                    default -> false;
                };
        if (stored.kind() == kind || !complex && stored.kind() != ScalarKind.F4_X2) {
            return;
        }
        throw new WeightsException(
                file.file(),
                WeightsException.quote(stored.name()) + " has the type "
                        + stored.kind().dtype() + ", which cannot become " + kind.dtype(),
                complex
                        ? "save its real and imaginary parts as separate tensors (torch.view_as_real)"
                        : "save it as float16 or wider");
    }

    /** For an error of LibTorch: the tensor is too large for the memory or for its index type. */
    private static WeightsException refused(WeightsFile file, StoredTensor stored, RuntimeException e) {
        String told = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new WeightsException(
                file.file(),
                WeightsException.quote(stored.name()) + " of shape " + stored.shape() + " cannot be created ("
                        + WeightsException.quote(told) + ")",
                "check that this is the right file and that there is enough memory",
                e);
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
