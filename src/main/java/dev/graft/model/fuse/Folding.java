package dev.graft.model.fuse;

import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.model.state.StateReader;
import dev.graft.torch.NativeScope;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Folds batch norms into the convolutions before them: in evaluation mode a batch norm multiplies each channel by a number
 * and adds one, which the convolution's weight and a bias do as well.
 */
final class Folding {
    /** How weights are changed on their way, part of a trunk's identity. */
    static final String DESCRIPTION = "batch norms folded in doubles";

    /** What torchvision's batch norms add to the variance. */
    private static final double EPSILON = 1e-5;

    private Folding() {}

    /** The tensors of the state that a convolution's folded weight and bias are made of. */
    static List<String> sources(Convolution c) {
        String norm = c.norm();
        return List.of(
                c.name() + ".weight", norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var");
    }

    /** Adds a convolution's weight and bias with its batch norm folded in, computed in doubles, owned by the caller. */
    static void fold(Convolution c, Map<String, Tensor> state, torch.ScalarType type, Map<String, Tensor> folded) {
        try (NativeScope scope = NativeScope.open()) {
            Tensor scale = number(state, c.norm() + ".weight")
                    .div(number(state, c.norm() + ".running_var")
                            .add(new Scalar(EPSILON))
                            .sqrt());
            Tensor weight = number(state, c.name() + ".weight").mul_(scale.view(-1, 1, 1, 1));
            Tensor bias = number(state, c.norm() + ".bias")
                    .sub(number(state, c.norm() + ".running_mean").mul(scale));
            folded.put(c.name() + ".weight", NativeScope.own(weight.to(type)));
            folded.put(c.name() + ".bias", NativeScope.own(bias.to(type)));
        }
    }

    /** A copy in doubles. */
    private static Tensor number(Map<String, Tensor> state, String name) {
        return state.get(name).detach().cpu().to(torch.ScalarType.Double);
    }

    /** oneDNN's ReLU makes 0 of what is not a number: nobody would see it behind. */
    static void requireFinite(String name, Tensor folded, boolean eightBits) {
        if (!StateReader.isFinite(folded)) {
            throw new IllegalArgumentException((eightBits ? "calibration: " : "precision: ") + name
                    + ", its batch norm folded in, holds "
                    + (eightBits
                            ? "NaN or infinite values, which cannot be put into 8 bits; look at the weights, or take FP32"
                            : "NaN or values beyond 65,504, the largest of FP16; take BF16 or FP32"));
        }
    }
}
