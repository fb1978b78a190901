package dev.graft.weights;

/** What one number of a tensor is, with PyTorch's name for a storage of them. */
public enum ScalarKind {
    F64(8, "DoubleStorage"),
    F32(4, "FloatStorage"),
    F16(2, "HalfStorage"),
    BF16(2, "BFloat16Storage"),
    I64(8, "LongStorage"),
    I32(4, "IntStorage"),
    I16(2, "ShortStorage"),
    I8(1, "CharStorage"),
    U8(1, "ByteStorage"),
    BOOL(1, "BoolStorage");

    private final int width;
    private final String storageClass;

    ScalarKind(int width, String storageClass) {
        this.width = width;
        this.storageClass = storageClass;
    }

    /** Bytes of one number. */
    public int width() {
        return width;
    }

    /** The class of the module {@code torch} that a pickle names for a storage of these. */
    String storageClass() {
        return storageClass;
    }
}
