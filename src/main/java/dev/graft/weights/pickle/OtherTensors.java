package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Inert;
import java.util.List;
import java.util.Optional;

/** Describes tensors of kinds that Graft cannot read, and what the user can do. */
public final class OtherTensors {
    private record Kind(String function, String words) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("torch._utils._rebuild_qtensor", "a quantized tensor: save tensor.dequantize()"),
            new Kind("torch._utils._rebuild_sparse_tensor", "a sparse tensor: save tensor.to_dense()"),
            new Kind("torch._utils._rebuild_sparse_csr_tensor", "a sparse tensor: save tensor.to_dense()"),
            new Kind(
                    "torch._utils._rebuild_nested_tensor",
                    "a nested tensor: save its parts, tensor.unbind(), under names of their own"),
            new Kind(
                    "torch._utils._rebuild_meta_tensor_no_storage",
                    "a tensor on the device 'meta', which has no values: load the model's values, then save it"),
            new Kind(
                    "torch._utils._rebuild_wrapper_subclass",
                    "a tensor of a class of its own: convert it to a plain torch.Tensor and save that"),
            new Kind(
                    "torch._tensor._rebuild_from_type_v2",
                    "a tensor of a class of its own: save tensor.detach().as_subclass(torch.Tensor)"));

    private OtherTensors() {}

    /** A description of the value, if it is such a tensor or a parameter made of one. */
    public static Optional<String> words(Object value) {
        return value instanceof Inert inert && isParameter(inert) ? ofTensor(inert.arguments.get(0)) : ofTensor(value);
    }

    private static boolean isParameter(Inert inert) {
        return PickleCalls.isParameter(inert.type.toString()) && !inert.arguments.isEmpty();
    }

    private static Optional<String> ofTensor(Object value) {
        return KINDS.stream()
                .filter(kind -> value instanceof Inert inert && kind.function.equals(inert.type.toString()))
                .map(Kind::words)
                .findFirst();
    }
}
