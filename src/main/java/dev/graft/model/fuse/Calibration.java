package dev.graft.model.fuse;

import dev.graft.model.Network;
import dev.graft.model.Precision;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Convolution;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The smallest and largest output value of each convolution of a fused trunk, measured with a few pictures. {@link
 * Precision#INT8} needs these ranges. {@link Calibrator} makes one.
 */
public final class Calibration {
    private final float[] ranges;

    /**
     * Makes a calibration from the numbers that {@link #ranges} returned.
     *
     * @param ranges smallest and largest value of each convolution's output, in torchvision's order
     * @throws IllegalArgumentException when a value is not finite, or a smallest value is above its largest
     */
    public Calibration(float[] ranges) {
        this.ranges = ranges.clone();
        for (int i = 0; i + 1 < ranges.length; i += 2) {
            boolean finite = Float.isFinite(ranges[i]) && Float.isFinite(ranges[i + 1]);
            if (!finite || ranges[i] > ranges[i + 1]) {
                throw new IllegalArgumentException("calibration: convolution " + i / 2 + " has values from "
                        + ranges[i] + " to " + ranges[i + 1]
                        + ", which do not fit into 8 bits; check the weights, or use FP32");
            }
        }
    }

    /**
     * The length of {@link #ranges} for a network.
     *
     * @throws IllegalArgumentException when it is not one of Graft's own
     */
    public static int size(Network network) {
        return 2 * Fusion.graph(network).convolutions().size();
    }

    /** Smallest and largest value of each convolution's output, after its addition and ReLU, in torchvision's order. */
    public float[] ranges() {
        return ranges.clone();
    }

    /**
     * How an integer stands for a real number: {@code real = scale * (integer - zero)}.
     *
     * @param zero the integer that stands for 0
     */
    record Step(double scale, int zero) {}

    /**
     * The step of a convolution's output, quantized to integers from 0 to {@code levels}. The real number 0 always has
     * an integer of its own, because padding needs it.
     */
    Step step(ResNetGraph graph, String convolution, int levels) {
        List<Convolution> all = graph.convolutions();
        if (ranges.length != 2 * all.size()) {
            throw new IllegalArgumentException("calibration: it has " + ranges.length / 2 + " ranges, but "
                    + graph.title() + " has " + all.size() + " convolutions; calibrate this network");
        }
        int at = IntStream.range(0, all.size())
                .filter(i -> all.get(i).name().equals(convolution))
                .findFirst()
                .orElseThrow();
        double low = Math.min(0, ranges[2 * at]);
        double high = Math.max(0, ranges[2 * at + 1]);
        double scale = high > low ? (high - low) / levels : 1; // a convolution whose output is always 0
        return new Step(scale, (int) Math.rint(-low / scale));
    }
}
