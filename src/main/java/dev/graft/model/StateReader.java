package dev.graft.model;

import dev.graft.torch.NativeScope;
import dev.graft.weights.ScalarKind;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFile;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
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
     * @throws IOException also when floating-point numbers are NaN or infinite
     */
    public static Tensor read(WeightsFile file, StoredTensor stored, ScalarKind kind) throws IOException {
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

    /** A single zero, owned by the caller. */
    static Tensor zero(ScalarKind kind) {
        try (NativeScope scope = NativeScope.open()) {
            return NativeScope.own(torch.zeros(new long[0], new TensorOptions(type(kind))));
        }
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
