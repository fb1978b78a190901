package dev.graft.model.fuse;

import dev.graft.model.graph.ResNetGraph;
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
public final class Folding {
    /** How the weights are changed; part of a trunk's identity. */
    static final String DESCRIPTION = "batch norms folded in doubles";

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
            Tensor weight = weight(c.name(), c.norm(), state);
            folded.put(c.name() + ".weight", NativeScope.own(weight.to(type)));
            folded.put(c.name() + ".bias", NativeScope.own(bias(c.norm(), state).to(type)));
        }
    }

    /**
     * A convolution's weight with the batch norm after it folded in.
     *
     * @param convolution its name, such as {@code layer1.0.conv1}
     * @param norm the batch norm's name
     * @param state see {@link dev.graft.model.Classifier#state}; it does not change
     * @return float64 [channels, input channels / groups, kernel, kernel] on the processor, owned by the open scope
     */
    public static Tensor weight(String convolution, String norm, Map<String, Tensor> state) {
        return number(state, convolution + ".weight").mul_(scale(norm, state).view(-1, 1, 1, 1));
    }

    /**
     * The bias that stands for a batch norm beside {@link #weight}.
     *
     * @return float64 [channels] on the processor, owned by the open scope
     */
    public static Tensor bias(String norm, Map<String, Tensor> state) {
        return number(state, norm + ".bias")
                .sub(number(state, norm + ".running_mean").mul(scale(norm, state)));
    }

    private static Tensor scale(String norm, Map<String, Tensor> state) {
        Scalar epsilon = new Scalar(ResNetGraph.EPSILON);
        return number(state, norm + ".weight")
                .div(number(state, norm + ".running_var").add(epsilon).sqrt());
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
