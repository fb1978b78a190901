package dev.graft.weights.pickle;

import dev.graft.weights.tensor.WeightsException;
import java.util.List;

/** What stands behind a name that a pickle may not use, and what its owner can do. */
final class PickleRefusal {
    private static final String ALLOWED = "allowed: tensors, numbers, strings, lists, tuples, dicts and OrderedDict";

    /** A name, or where it ends with a dot all names that begin so. */
    private record Known(String name, String what, String remedy) {
        boolean fits(String full) {
            return name.endsWith(".") ? full.startsWith(name) : full.equals(name);
        }
    }

    private static final List<Known> KNOWN = List.of(
            new Known("torch._utils._rebuild_qtensor", "a quantized tensor", "save tensor.dequantize()"),
            new Known("torch._utils._rebuild_sparse_tensor", "a sparse tensor", "save tensor.to_dense()"),
            new Known("torch._utils._rebuild_sparse_csr_tensor", "a sparse tensor", "save tensor.to_dense()"),
            new Known(
                    "torch._utils._rebuild_nested_tensor",
                    "a nested tensor",
                    "save its parts, tensor.unbind(), under names of their own"),
            new Known(
                    "torch._utils._rebuild_meta_tensor_no_storage",
                    "a tensor on the device 'meta', which has no values",
                    "load the model's values, then save it"),
            new Known(
                    "torch._utils._rebuild_wrapper_subclass",
                    "a tensor of a class of its own",
                    "convert it to a plain torch.Tensor and save that"),
            new Known(
                    "torch._tensor._rebuild_from_type_v2",
                    "a tensor of a class of its own or with attributes",
                    "save tensor.detach().as_subclass(torch.Tensor)"),
            new Known("numpy.", "a value of NumPy", "save float(x) or torch.from_numpy(x) in its place"),
            new Known("__builtin__.set", "a set", "save a list in its place"),
            new Known("builtins.set", "a set", "save a list in its place"),
            new Known("torch.nn.", "a whole model", WeightsException.RESAVE),
            new Known("torchvision.", "a whole model", WeightsException.RESAVE));

    private PickleRefusal() {}

    static WeightsException of(String full, PickleInput input) {
        String seen = WeightsException.quote(full) + " is not allowed";
        for (Known known : KNOWN)
            if (known.fits(full)) return input.refused(seen + ": " + known.what + " (" + ALLOWED + ")", known.remedy);
        return input.refused(seen + " (" + ALLOWED + ")");
    }
}
