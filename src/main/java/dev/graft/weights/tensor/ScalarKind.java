package dev.graft.weights.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * The element type of a tensor, with PyTorch's names. Constants that also exist in safetensors have the names used
 * there.
 *
 * <p>PyTorch has no storage class for the types that were added since 2.1: a pickle stores them as plain bytes with the
 * name of the type.
 */
public enum ScalarKind {
    F64(8, "float64", "DoubleStorage"),
    F32(4, "float32", "FloatStorage"),
    F16(2, "float16", "HalfStorage"),
    BF16(2, "bfloat16", "BFloat16Storage"),
    /** 4 bits of exponent, 3 bits of fraction, no infinity. */
    F8_E4M3(1, "float8_e4m3fn", ""),
    /** Like {@link #F8_E4M3} with another bias, one zero and one NaN. */
    F8_E4M3FNUZ(1, "float8_e4m3fnuz", ""),
    /** 5 bits of exponent, 2 bits of fraction. */
    F8_E5M2(1, "float8_e5m2", ""),
    /** Like {@link #F8_E5M2} with another bias, one zero and one NaN, no infinity. */
    F8_E5M2FNUZ(1, "float8_e5m2fnuz", ""),
    /** A power of two: 8 bits of exponent and nothing else. */
    F8_E8M0(1, "float8_e8m0fnu", ""),
    /** A byte with two 4-bit numbers. Sizes count the bytes, as in PyTorch. */
    F4_X2(1, "float4_e2m1fn_x2", ""),
    /** Two {@link #F64}: the real part, then the imaginary part. */
    C128(16, "complex128", "ComplexDoubleStorage"),
    /** Two {@link #F32}. */
    C64(8, "complex64", "ComplexFloatStorage"),
    /** Two {@link #F16}. */
    C32(4, "complex32", ""),
    I64(8, "int64", "LongStorage"),
    I32(4, "int32", "IntStorage"),
    I16(2, "int16", "ShortStorage"),
    I8(1, "int8", "CharStorage"),
    U64(8, "uint64", ""),
    U32(4, "uint32", ""),
    U16(2, "uint16", ""),
    U8(1, "uint8", "ByteStorage"),
    BOOL(1, "bool", "BoolStorage");

    private final int width;
    private final String dtype;
    private final String storageClass;

    ScalarKind(int width, String dtype, String storageClass) {
        this.width = width;
        this.dtype = dtype;
        this.storageClass = storageClass;
    }

    /** The size of one element, in bytes. */
    public int width() {
        return width;
    }

    /** The name of the {@code torch.dtype}, such as {@code float32}. */
    public String dtype() {
        return dtype;
    }

    /** The storage class in the Python module {@code torch} that a pickle names for this type, if there is one. */
    public Optional<String> storageClass() {
        return storageClass.isEmpty() ? Optional.empty() : Optional.of(storageClass);
    }

    /** The type with this {@code torch.dtype} name. */
    public static Optional<ScalarKind> ofDtype(String name) {
        return Arrays.stream(values()).filter(kind -> kind.dtype.equals(name)).findFirst();
    }
}
