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
 * Folds batch norms into the convolutions before them. In evaluation mode a batch norm multiplies each channel by a
 * constant and adds a constant; the convolution's weight and a bias can do the same.
 */
final class Folding {
    /** How the weights are changed; part of a trunk's identity. */
    static final String DESCRIPTION = "batch norms folded in doubles";

    /** The epsilon of torchvision's batch norms, added to the variance. */
    private static final double EPSILON = 1e-5;

    private Folding() {}

    /** The names of the tensors that a convolution's folded weight and bias are made from. */
    static List<String> sources(Convolution c) {
        String norm = c.norm();
        return List.of(
                c.name() + ".weight", norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var");
    }

    /**
     * Puts a convolution's weight and bias, with its batch norm folded in, into {@code folded}. Computed in doubles;
     * the caller owns them.
     */
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

    /** Refuses NaN and infinite values: oneDNN's ReLU turns NaN into 0, so later layers would hide it. */
    static void requireFinite(String name, Tensor folded, boolean eightBits) {
        if (!StateReader.isFinite(folded)) {
            throw new IllegalArgumentException((eightBits ? "calibration: " : "precision: ") + name
                    + ", with its batch norm folded in, holds "
                    + (eightBits
                            ? "NaN or infinite values, which do not fit into 8 bits; check the weights, or use FP32"
                            : "NaN or values beyond 65,504, the largest of FP16; use BF16 or FP32"));
        }
    }
}
