package dev.graft.explain;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How a heat map is computed from a layer's output A and the gradient G of the class's logit for this output, both of shape [1, channels,
 * height, width].
 */
public enum Method {
    /**
     * Selvaraju et al. (2017), equations 1 and 2: each channel counts by the mean of its gradient. At the last stage of a ResNet, this is
     * CAM of Zhou et al. (2016).
     */
    GRAD_CAM {
        @Override
        Tensor map(Tensor a, Tensor g) {
            return sumOfChannels(g.mean(PLACES, true, noType()).mul(a));
        }
    },
    /**
     * Chattopadhay et al. (2018), equations 10 and 19 with an exponential as the last layer: the places of a channel whose gradient is
     * positive count by G^2 / (2 G^2 + sum(A) G^3). It shows several objects of one class better.
     */
    GRAD_CAM_PLUS_PLUS {
        @Override
        Tensor map(Tensor a, Tensor g) {
            Tensor below = a.sum(PLACES, true, noType()).mul(g).add(new Scalar(2.0)); // the fraction, reduced by G^2
            Tensor fraction = below.reciprocal().masked_fill(below.eq(new Scalar(0.0)), new Scalar(0.0));
            return sumOfChannels(
                    fraction.mul(g.relu()).sum(PLACES, true, noType()).mul(a));
        }
    },
    /** Jiang et al. (2021), equations 5 and 6: each place of a channel counts by its own gradient if that is positive. Good at early stages. */
    LAYER_CAM {
        @Override
        Tensor map(Tensor a, Tensor g) {
            return sumOfChannels(g.relu().mul(a));
        }
    };

    private static final long[] PLACES = {2, 3};

    /** The heat before it is normalised, at least 0, of shape [height, width]. The open scope owns it. */
    abstract Tensor map(Tensor a, Tensor g);

    /** Not a constant: the names of the methods are wanted before anything native is loaded. */
    private static ScalarTypeOptional noType() {
        return new ScalarTypeOptional();
    }

    private static Tensor sumOfChannels(Tensor weighted) {
        return torch.relu(weighted.sum(1)).select(0, 0);
    }
}
