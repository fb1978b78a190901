package dev.graft.model.fuse;

import dev.graft.model.Network;
import dev.graft.model.Precision;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Convolution;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Between which values lies what a fused trunk's convolutions give, seen on a few pictures: what {@link Precision#INT8}
 * needs to know beforehand. {@link Calibrator} makes one.
 */
public final class Calibration {
    private final float[] ranges;

    /**
     * Takes what {@link #ranges} gave.
     *
     * @param ranges smallest and largest value of each convolution's output, in torchvision's order
     * @throws IllegalArgumentException when one of them is no range
     */
    public Calibration(float[] ranges) {
        this.ranges = ranges.clone();
        for (int i = 0; i + 1 < ranges.length; i += 2) {
            boolean finite = Float.isFinite(ranges[i]) && Float.isFinite(ranges[i + 1]);
            if (!finite || ranges[i] > ranges[i + 1]) {
                throw new IllegalArgumentException("calibration: convolution " + i / 2 + " gives values from "
                        + ranges[i] + " to " + ranges[i + 1]
                        + ", which cannot be put into 8 bits; look at the weights, or take FP32");
            }
        }
    }

    /**
     * How many numbers {@link #ranges} has for a network.
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
     * How real numbers stand for whole ones: {@code real = scale * (whole - zero)}.
     *
     * @param zero the whole number that is 0
     */
    record Step(double scale, int zero) {}

    /**
     * The steps of a convolution's output in whole numbers from 0 to {@code levels}; 0 is always one of them, as padding
     * needs it.
     */
    Step step(ResNetGraph graph, String convolution, int levels) {
        List<Convolution> all = graph.convolutions();
        if (ranges.length != 2 * all.size()) {
            throw new IllegalArgumentException("calibration: it has " + ranges.length / 2 + " ranges, " + graph.title()
                    + " has " + all.size() + " convolutions; calibrate this network");
        }
        int at = IntStream.range(0, all.size())
                .filter(i -> all.get(i).name().equals(convolution))
                .findFirst()
                .orElseThrow();
        double low = Math.min(0, ranges[2 * at]);
        double high = Math.max(0, ranges[2 * at + 1]);
        double scale = high > low ? (high - low) / levels : 1; // a convolution that gives nothing but zeros
        return new Step(scale, (int) Math.rint(-low / scale));
    }
}
