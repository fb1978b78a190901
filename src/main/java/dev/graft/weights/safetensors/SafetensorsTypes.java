package dev.graft.weights.safetensors;

import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import java.util.List;
import java.util.Optional;

/** The names of the element types in the safetensors format, and the order in which it stores tensors by type. */
public final class SafetensorsTypes {
    /** From last to first: a file starts with the types that need the strictest alignment. */
    private static final List<String> ORDER = List.of(
            "BOOL",
            "U8",
            "I8",
            "F8_E5M2",
            "F8_E4M3",
            "F8_E8M0",
            "F8_E4M3FNUZ",
            "F8_E5M2FNUZ",
            "I16",
            "U16",
            "F16",
            "BF16",
            "I32",
            "U32",
            "F32",
            "C64",
            "F64",
            "I64",
            "U64");

    /** The format also has these types, but PyTorch has no tensors of them. */
    private static final List<String> PARTS_OF_BYTES = List.of("F4", "F6_E2M3", "F6_E3M2");

    private SafetensorsTypes() {}

    static Optional<ScalarKind> kind(String dtype) {
        for (ScalarKind kind : ScalarKind.values())
            if (kind.name().equals(dtype) && ORDER.contains(dtype)) return Optional.of(kind);
        return Optional.empty();
    }

    /** The reason why {@link #kind} returns nothing for the dtype of a tensor. */
    static String refusal(String dtype, String tensor) {
        return "dtype '" + WeightsException.quote(dtype) + "' of " + tensor
                + (PARTS_OF_BYTES.contains(dtype) ? ", whose numbers take less than a byte each" : "") + " (allowed: "
                + String.join(", ", ORDER) + ")";
    }

    /** The position of a type in the order; -1 for a type that the format does not have. */
    public static int order(ScalarKind kind) {
        return ORDER.indexOf(kind.name());
    }
}
