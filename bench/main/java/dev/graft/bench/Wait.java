package dev.graft.bench;

import dev.graft.torch.NativeScope;
import org.bytedeco.pytorch.Tensor;

/** A GPU works on after a call has returned. */
final class Wait {
    private Wait() {}

    /** Reads one value of a tensor, which waits until the device has made it; returns the value. */
    static float forDevice(Tensor t) {
        try (NativeScope scope = NativeScope.open()) {
            Tensor one = t;
            while (one.dim() > 0) one = one.select(0, 0);
            return one.item_float(); // waits for the device
        }
    }
}
