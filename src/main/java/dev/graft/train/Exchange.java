package dev.graft.train;

import dev.graft.torch.NativeScope;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Exchanges the values of two sets of tensors, in place. */
final class Exchange {
    private Exchange() {}

    /** Twice leaves everything as it was. The second set has all names of the first. */
    static void of(Map<String, Tensor> some, Map<String, Tensor> others) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            some.forEach((name, one) -> {
                try (NativeScope scope = NativeScope.open()) {
                    Tensor before = one.clone();
                    one.copy_(others.get(name));
                    others.get(name).copy_(before);
                }
            });
        }
    }
}
