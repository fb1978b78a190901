package dev.graft.model;

import dev.graft.torch.NativeScope;
import dev.graft.weights.ScalarKind;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Takes tensors out of PyTorch's files, one at a time, straight into native memory. */
public final class StateReader {
    private StateReader() {}

    /**
     * Reads a tensor, owned by the caller.
     *
     * @param kind what its numbers become
     * @throws IOException also when numbers that become float32 are NaN or infinite, and when complex numbers would
     *     lose a part
     */
    public static Tensor read(WeightsFile file, StoredTensor stored, ScalarKind kind) throws IOException {
        Tensor result = readAny(file, stored, kind);
        try (NativeScope scope = NativeScope.open()) {
            if (kind == ScalarKind.F32 && !torch.isfinite(result).all().item_bool()) {
                result.close();
                throw new WeightsException(
                        file.file(),
                        stored.name() + " holds NaN or infinite values: the training that made it diverged",
                        "take an earlier file");
            }
        }
        return result;
    }

    /** As {@link #read}, with NaN and infinities: a mask may hold them. */
    static Tensor readAny(WeightsFile file, StoredTensor stored, ScalarKind kind) throws IOException {
        refuseLoss(file, stored, kind);
        if (stored.storageBytes() > Integer.MAX_VALUE) {
            throw new WeightsException(
                    file.file(),
                    stored.name() + " lies in a storage of " + stored.storageBytes() + " bytes (at most 2 GB)",
                    "save it as a tensor of its own: tensor.clone()");
        }
        torch.ScalarType type = ScalarTypes.of(stored.kind());
        Tensor result;
        try (NativeScope scope = NativeScope.open()) {
            Tensor storage = torch.empty(
                    new long[] {stored.storageElements()}, new TensorOptions(type), new MemoryFormatOptional());
            file.readStorage(stored, TensorBytes.of(storage));
            Tensor view = storage.as_strided(
                    longs(stored.shape()), longs(stored.strides()), new LongOptional(stored.offset()));
            result = view.to(ScalarTypes.of(kind)).contiguous();
            NativeScope.own(result);
        }
        return result;
    }

    /** A single zero, owned by the caller. */
    static Tensor zero(ScalarKind kind) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(torch.zeros(new long[0], new TensorOptions(ScalarTypes.of(kind))));
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
                stored.name() + " is of " + stored.kind().dtype() + ", which cannot become " + kind.dtype(),
                complex
                        ? "save its real and imaginary parts as tensors of their own (torch.view_as_real)"
                        : "save it as float16 or wider");
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
