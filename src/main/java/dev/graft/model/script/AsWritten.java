package dev.graft.model.script;

import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * Calls Graft's own networks operator by operator, as their code is written. LibTorch's executor would watch the first two
 * calls and rewrite the code for what it saw, which finds nothing in these networks on a processor: a ResNet18's first picture
 * took 64 to 77 ms instead of 30, its second 26 instead of 15, later ones the same.
 */
public final class AsWritten {
    private AsWritten() {}

    /** The module's result, belonging to the open scope. */
    public static Tensor forward(JitModule module, Tensor input) {
        if (input.is_cuda()) return call(module, input);
        try (GraphOptimizerEnabledGuard off = new GraphOptimizerEnabledGuard(false)) {
            return call(module, input);
        }
    }

    /** The same by LibTorch's executor as it is. */
    public static Tensor call(JitModule module, Tensor input) {
        return new Tensor(module.forward(new IValueVector(new IValue(input))).toTensor()); // toTensor() is a view
    }
}
