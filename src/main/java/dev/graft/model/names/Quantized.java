package dev.graft.model.names;

import dev.graft.model.graph.StateEntry;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds quantized weights. They can only be used with a scale, and the file does not say by which rule. */
public final class Quantized {
    private static final Set<ScalarKind> FLOAT8 = Set.of(
            ScalarKind.F8_E4M3,
            ScalarKind.F8_E4M3FNUZ,
            ScalarKind.F8_E5M2,
            ScalarKind.F8_E5M2FNUZ,
            ScalarKind.F8_E8M0,
            ScalarKind.F4_X2);
    private static final Set<ScalarKind> FLOATS =
            Set.of(ScalarKind.F64, ScalarKind.F32, ScalarKind.F16, ScalarKind.BF16);
    /** Suffixes of the name of a weight, with which libraries name scales and zero points. */
    private static final List<String> BEHIND_WEIGHT = List.of("_scale", "_scale_inv", "_scales", ".scale", ".absmax");
    /** Suffixes of the name of a layer. */
    private static final List<String> BEHIND_LAYER =
            List.of(".SCB", ".scale_weight", ".scale", ".scales", ".zero_point");

    private Quantized() {}

    /** A description of the quantized tensors of a network, for a message; empty if there are none. */
    public static Optional<String> seen(List<StateEntry> wanted, Map<String, Part> there) {
        return wanted.stream()
                .filter(e -> e.kind() == ScalarKind.F32)
                .flatMap(e -> seen(e.name(), there).stream())
                .findFirst();
    }

    private static Optional<String> seen(String name, Map<String, Part> there) {
        Part part = there.get(name);
        if (part != null && FLOATS.contains(part.kind())) {
            return Optional.empty();
        }
        String layer = name.substring(0, name.lastIndexOf('.'));
        Optional<String> scale = name.endsWith(".weight")
                ? Stream.concat(
                                BEHIND_WEIGHT.stream().map(name::concat),
                                BEHIND_LAYER.stream().map(layer::concat))
                        .filter(there::containsKey)
                        .findFirst()
                : Optional.empty();
        String beside = scale.map(s -> ", with " + WeightsException.quote(s) + " beside it")
                .orElse("");
        if (part == null) { // its quantized tensor is not a plain tensor
            return scale.map(s -> WeightsException.quote(name) + " is quantized" + beside);
        }
        boolean whole = !FLOAT8.contains(part.kind());
        return whole || scale.isPresent()
                ? Optional.of(WeightsException.quote(name) + " is quantized: of "
                        + part.kind().dtype() + beside)
                : Optional.empty();
    }
}
