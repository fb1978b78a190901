package dev.graft.model.fuse;

import dev.graft.model.Classifier;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The arithmetic of 8 bits in doubles: every weight and every value between two convolutions goes to the nearest that a scale
 * and a zero can name, all else is LibTorch's own. Knows nothing of {@link EightBits}.
 */
record SlowEightBits(Classifier classifier, ResNetGraph graph, Calibration calibration, int levels) {
    /** Hears of every convolution of a block. */
    interface Watcher {
        /**
         * In the order of computing.
         *
         * @param other what is added, with the convolution that made it; null where nothing is
         * @param made the output, rounded
         */
        void see(Convolution c, Made input, Made other, boolean relu, Tensor made);
    }

    /** Real numbers and the convolution that they are the output of. */
    record Made(Tensor values, String by) {}

    /** What the first block takes. */
    Tensor stem(Tensor images) {
        Tensor x = convolution(ResNetGraph.STEM, images.to(torch.ScalarType.Double), false)
                .relu();
        x = torch.max_pool2d(x, new long[] {3, 3}, new long[] {2, 2}, new long[] {1, 1}, new long[] {1, 1}, false);
        return rounded(x, ResNetGraph.STEM.name());
    }

    /** What a block makes of what it takes. */
    Made block(int stage, int block, Made x, Watcher watcher) {
        return block(graph.block(stage, block), "layer" + stage + "." + block + ".", x, watcher);
    }

    /** The bytes that stand for the output of a convolution. */
    Tensor bytes(Tensor x, String convolution) {
        return x.div(new Scalar(step(convolution)))
                .add(new Scalar(zero(convolution)))
                .round()
                .to(torch.ScalarType.Byte)
                .contiguous(torch.MemoryFormat.ChannelsLast);
    }

    private Made block(ResidualBlock block, String prefix, Made x, Watcher watcher) {
        Made other = x;
        if (block.reshapes()) {
            Convolution c = block.shortcut().orElseThrow().under(prefix);
            other = new Made(rounded(convolution(c, x.values, true), c.name()), c.name());
            watcher.see(c, x, null, false, other.values);
        }
        Made y = x;
        for (int i = 0; i < block.path().size(); i++) {
            Convolution c = block.path().get(i).under(prefix);
            boolean adds = i == block.path().size() - 1;
            Tensor sum = convolution(c, y.values, true);
            if (adds) sum = sum.add(other.values);
            Made made = new Made(rounded(sum.relu(), c.name()), c.name());
            watcher.see(c, y, adds ? other : null, true, made.values);
            y = made;
        }
        return y;
    }

    /** With the batch norm behind it. */
    private Tensor convolution(Convolution c, Tensor x, boolean rounds) {
        Tensor scale = number(c.norm() + ".weight")
                .div(number(c.norm() + ".running_var").add(new Scalar(1e-5)).sqrt());
        Tensor weight = number(c.name() + ".weight").mul(scale.view(-1, 1, 1, 1));
        Tensor bias = number(c.norm() + ".bias")
                .sub(number(c.norm() + ".running_mean").mul(scale));
        if (rounds) {
            Tensor step = weight.abs()
                    .flatten(1, -1)
                    .amax(new long[] {1}, false)
                    .div(new Scalar(127.0))
                    .clamp_min(new Scalar(1e-30))
                    .view(-1, 1, 1, 1);
            weight = weight.div(step).round().mul(step);
        }
        return torch.conv2d(
                x,
                weight,
                new TensorOptional(bias),
                new long[] {c.stride(), c.stride()},
                new long[] {c.padding(), c.padding()},
                new long[] {1, 1},
                c.groups());
    }

    /** To the nearest of the bytes that stand for the range of this convolution's output. */
    private Tensor rounded(Tensor x, String convolution) {
        double step = step(convolution);
        double zero = zero(convolution);
        return x.div(new Scalar(step))
                .round()
                .add(new Scalar(zero))
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(255.0)))
                .sub(new Scalar(zero))
                .mul(new Scalar(step));
    }

    private double step(String convolution) {
        double range = Math.max(0, range(convolution, 1)) - Math.min(0, range(convolution, 0));
        return range == 0 ? 1 : range / levels;
    }

    private double zero(String convolution) {
        return Math.rint(-Math.min(0, range(convolution, 0)) / step(convolution));
    }

    private double range(String convolution, int end) {
        int at = graph.convolutions().stream().map(Convolution::name).toList().indexOf(convolution);
        return calibration.ranges()[2 * at + end];
    }

    private Tensor number(String name) {
        return classifier.state().get(name).detach().to(torch.ScalarType.Double);
    }
}
