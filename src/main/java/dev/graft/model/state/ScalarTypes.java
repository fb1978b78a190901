package dev.graft.model.state;

import dev.graft.weights.tensor.ScalarKind;
import org.bytedeco.pytorch.global.torch;

/** Maps the element types of files to those of LibTorch. */
public final class ScalarTypes {
    private ScalarTypes() {}

    /** LibTorch's type for an element type. */
    public static torch.ScalarType of(ScalarKind kind) {
        return switch (kind) {
            case F64 -> torch.ScalarType.Double;
            case F32 -> torch.ScalarType.Float;
            case F16 -> torch.ScalarType.Half;
            case BF16 -> torch.ScalarType.BFloat16;
            case F8_E4M3 -> torch.ScalarType.Float8_e4m3fn;
            case F8_E4M3FNUZ -> torch.ScalarType.Float8_e4m3fnuz;
            case F8_E5M2 -> torch.ScalarType.Float8_e5m2;
            case F8_E5M2FNUZ -> torch.ScalarType.Float8_e5m2fnuz;
            case F8_E8M0 -> torch.ScalarType.Float8_e8m0fnu;
            case F4_X2 -> torch.ScalarType.Float4_e2m1fn_x2;
            case C128 -> torch.ScalarType.ComplexDouble;
            case C64 -> torch.ScalarType.ComplexFloat;
            case C32 -> torch.ScalarType.ComplexHalf;
            case I64 -> torch.ScalarType.Long;
            case I32 -> torch.ScalarType.Int;
            case I16 -> torch.ScalarType.Short;
            case I8 -> torch.ScalarType.Char;
            case U64 -> torch.ScalarType.UInt64;
            case U32 -> torch.ScalarType.UInt32;
            case U16 -> torch.ScalarType.UInt16;
            case U8 -> torch.ScalarType.Byte;
            case BOOL -> torch.ScalarType.Bool;
        };
    }

    /**
     * The element type for LibTorch's type.
     *
     * @throws IllegalArgumentException for quantized types and types of bits, which files cannot hold
     */
    public static ScalarKind kind(torch.ScalarType type) {
        for (ScalarKind kind : ScalarKind.values()) {
            if (of(kind) == type.intern()) {
                return kind;
            }
        }
        throw new IllegalArgumentException("model: cannot save a tensor of " + type);
    }
}
