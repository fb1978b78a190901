package dev.graft.loss;

import dev.graft.torch.NativeScope;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The weights of the classes as a tensor, on the device of the first logits. Owns it. */
final class ClassFactors implements AutoCloseable {
    private final Optional<double[]> weights;
    private Tensor onDevice;

    ClassFactors(Optional<double[]> weights) {
        this.weights = weights;
    }

    /** float32 [classes]; null where all classes count the same. This object owns it. */
    Tensor on(Device device) {
        if (onDevice == null && weights.isPresent()) {
            try (NativeScope scope = NativeScope.open()) {
                double[] all = weights.get();
                onDevice = NativeScope.own(Tensor.create(all, all.length).to(device, torch.ScalarType.Float));
            }
        }
        return onDevice;
    }

    @Override
    public void close() {
        if (onDevice != null) onDevice.close();
    }
}
