package dev.graft.model.fuse;

import dev.graft.model.Precision;
import dev.graft.model.fuse.Calibration.Step;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.torch.Processor;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A trunk in 8-bit integers: weights from -127 to 127 with a scale for each output channel, and activations from 0 to
 * 255 with a scale and a zero point for each convolution's output. The stem stays in floats: it has three input
 * channels, which do not suit 8-bit kernels, and the pooling after it needs floats. If the processor has BF16, the stem
 * uses it; the 8 bits after it hide the difference. A stem in FP32 takes a fifth of a ResNet18's time in INT8.
 *
 * <p>A processor without VNNI adds two products in 16 bits, but 255 * 127 + 255 * 127 is too large for that. There
 * activations go up to 127 only, one bit less.
 */
final class EightBits {
    private static final Set<String> ADDS_IN_32_BITS = Set.of("avx512_vnni", "avx_vnni", "amx_int8");
    private static final int MOST_WEIGHT = 127;

    /**
     * The inputs of a convolution, by name: the convolution whose output it reads, and the one whose output it adds to
     * its own, or null.
     */
    private record Wires(String input, String other) {}

    private final ResNetGraph graph;
    private final Calibration calibration;
    private final int levels;
    private final Map<String, Wires> wires = new HashMap<>();
    private final String last;

    EightBits(ResNetGraph graph, Calibration calibration, int levels) {
        this.graph = graph;
        this.calibration = calibration;
        this.levels = levels;
        String input = ResNetGraph.STEM.name();
        for (int stage = 1; stage <= graph.stages(); stage++) {
            for (int block = 0; block < graph.blocks(stage); block++) {
                input = wire(graph.block(stage, block), "layer" + stage + "." + block + ".", input);
            }
        }
        last = input;
        step(last); // refuses a calibration of another network
    }

    /** Returns the name of the block's last convolution. */
    private String wire(ResidualBlock block, String prefix, String input) {
        String other = input;
        if (block.shortcut().isPresent()) {
            other = block.shortcut().get().under(prefix).name();
            wires.put(other, new Wires(input, null));
        }
        String before = input;
        for (Convolution c : block.path()) {
            boolean adds = c == block.path().get(block.path().size() - 1);
            String name = c.under(prefix).name();
            wires.put(name, new Wires(before, adds ? other : null));
            before = name;
        }
        return before;
    }

    /** The largest activation value that is safe on this processor. */
    static int levelsHere() {
        return levels(Processor.flags());
    }

    static int levels(Set<String> flags) {
        return Collections.disjoint(ADDS_IN_32_BITS, flags) ? 127 : 255;
    }

    /** A text that differs for different calibrations and kinds of processor. */
    String identity() {
        return levels + " " + Arrays.toString(calibration.ranges());
    }

    /** The extra attributes for {@link FusedScript#tree}. */
    Map<String, Object> attributes(String name) {
        Map<String, Object> own = new LinkedHashMap<>();
        if (name.isEmpty()) {
            own.put("x_scale", step(ResNetGraph.STEM.name()).scale());
            own.put("y_scale", step(last).scale());
            return own;
        }
        own.put("packed", false);
        if (name.equals(ResNetGraph.STEM.name())) return own;
        Wires w = wires.get(name);
        own.put("scales", FusedScript.TENSOR);
        own.put("zeros", FusedScript.TENSOR);
        put(own, "x", step(w.input));
        put(own, "y", step(name));
        put(own, "other", w.other == null ? new Step(1, 0) : step(w.other));
        return own;
    }

    private static void put(Map<String, Object> own, String name, Step step) {
        own.put(name + "_scale", step.scale());
        own.put(name + "_zero", (long) step.zero());
    }

    private Step step(String convolution) {
        return calibration.step(graph, convolution, levels);
    }

    /** The precision of the stem. */
    static Precision stem() {
        return Precision.BF16.isNativeHere() && Fusion.oneDnnTakesBf16() ? Precision.BF16 : Precision.FP32;
    }

    /** Weights, biases, scales and zeros by name, from folded weights in floats. The open scope owns them. */
    Map<String, Tensor> quantized(Map<String, Tensor> folded) {
        Map<String, Tensor> all = new LinkedHashMap<>(folded);
        for (String part : List.of(".weight", ".bias")) {
            all.computeIfPresent(ResNetGraph.STEM.name() + part, (name, t) -> t.to(stem().type));
        }
        List<Convolution> convolutions = graph.convolutions();
        for (Convolution c : convolutions.subList(1, convolutions.size())) {
            Tensor weight = folded.get(c.name() + ".weight");
            // A channel with only zeros needs a scale above 0 too.
            Tensor scales = weight.abs()
                    .amax(new long[] {1, 2, 3}, false)
                    .div(new Scalar((double) MOST_WEIGHT))
                    .clamp_min(new Scalar(1e-30));
            Tensor whole = weight.div(scales.view(-1, 1, 1, 1)).round().clamp(bound(-MOST_WEIGHT), bound(MOST_WEIGHT));
            all.put(c.name() + ".weight", whole.to(torch.ScalarType.Char));
            all.put(c.name() + ".scales", scales);
            all.put(c.name() + ".zeros", torch.zeros(c.out()).to(torch.ScalarType.Long));
        }
        return all;
    }

    private static org.bytedeco.pytorch.ScalarOptional bound(int value) {
        return new org.bytedeco.pytorch.ScalarOptional(new Scalar((double) value));
    }
}
