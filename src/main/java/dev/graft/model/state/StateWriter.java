package dev.graft.model.state;

import dev.graft.torch.NativeScope;
import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.zip.TorchZipWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Writes LibTorch's tensors into PyTorch's zip files, one at a time, directly from native memory. */
public final class StateWriter {
    private StateWriter() {}

    /** The entry for a tensor in a pickle: row-major, alone in its storage. Quantized types are not allowed. */
    public static PickleNode node(String storage, Tensor tensor) {
        List<Long> shape = new ArrayList<>();
        for (long size : tensor.shape()) {
            shape.add(size);
        }
        List<Long> strides = new ArrayList<>(shape);
        long stride = 1;
        for (int d = shape.size() - 1; d >= 0; d--) {
            strides.set(d, stride);
            stride *= shape.get(d);
        }
        ScalarKind kind = ScalarTypes.kind(tensor.scalar_type());
        return PickleNode.tensor(storage, tensor.numel(), kind, shape, strides, 0, tensor.requires_grad());
    }

    /** Writes a tensor's storage, row-major. The tensor may be on any device and in any layout. */
    public static void entry(TorchZipWriter zip, String storage, Tensor tensor) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Tensor rows = tensor.detach().cpu().contiguous();
            zip.entry("data/" + storage, TensorBytes.of(rows));
        }
    }
}
