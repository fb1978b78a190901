package dev.graft.model.script;

import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;

/**
 * Calls Graft's own networks operator by operator, in the order of their code. By default, LibTorch's executor profiles
 * the first two calls and then optimises the code, which does not help these networks on a processor: the first picture
 * of a ResNet18 took 64 to 77 ms instead of 30, the second one 26 instead of 15, later ones the same time.
 */
public final class AsWritten {
    private AsWritten() {}

    /** The output of the module. It belongs to the open scope. */
    public static Tensor forward(JitModule module, Tensor input) {
        if (input.is_cuda()) return call(module, input);
        try (GraphOptimizerEnabledGuard off = new GraphOptimizerEnabledGuard(false)) {
            return call(module, input);
        }
    }

    /** The output of the method {@code stem} of one of Graft's own networks. It belongs to the open scope. */
    public static Tensor stem(JitModule network, Tensor images) {
        try (GraphOptimizerEnabledGuard off = new GraphOptimizerEnabledGuard(false)) {
            return new Tensor(network.get_method("stem")
                    .apply(new IValueVector(new IValue(images)))
                    .toTensor());
        }
    }

    /** The same with LibTorch's executor in its default mode. */
    public static Tensor call(JitModule module, Tensor input) {
        return new Tensor(module.forward(new IValueVector(new IValue(input))).toTensor()); // toTensor() is a view
    }
}
