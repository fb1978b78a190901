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
 * A trunk in whole numbers: weights from -127 to 127 with a scale for each output channel, and what flows between the
 * convolutions from 0 to 255, with a scale and a zero for each convolution's output. The stem stays in floats: it has three
 * channels in, which 8 bits serve badly, and its pooling behind is one for floats. Where the processor has BF16 it computes in
 * that, which 8 bits behind it hide: of a ResNet18's time in INT8 a stem in FP32 takes a fifth.
 *
 * <p>A processor without VNNI adds two products in 16 bits, which 255 * 127 + 255 * 127 exceeds: there values go to 127, one
 * bit less.
 */
final class EightBits {
    private static final Set<String> ADDS_IN_32_BITS = Set.of("avx512_vnni", "avx_vnni", "amx_int8");
    private static final int MOST_WEIGHT = 127;

    /** Names of the convolutions whose output a convolution takes, and adds to its own; that is null where it adds none. */
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
        step(last); // refuses another network's calibration
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

    /** The largest whole number between convolutions that this processor takes. */
    static int levelsHere() {
        return levels(Processor.flags());
    }

    static int levels(Set<String> flags) {
        return Collections.disjoint(ADDS_IN_32_BITS, flags) ? 127 : 255;
    }

    /** Tells calibrations and processors apart. */
    String identity() {
        return levels + " " + Arrays.toString(calibration.ranges());
    }

    /** What {@link FusedScript#tree} asks for. */
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

    /** What the stem computes with. */
    static Precision stem() {
        return Precision.BF16.isNativeHere() && Fusion.oneDnnTakesBf16() ? Precision.BF16 : Precision.FP32;
    }

    /** Weights, biases, scales and zeros by name, of folded weights in floats; they belong to the open scope. */
    Map<String, Tensor> quantized(Map<String, Tensor> folded) {
        Map<String, Tensor> all = new LinkedHashMap<>(folded);
        for (String part : List.of(".weight", ".bias")) {
            all.computeIfPresent(ResNetGraph.STEM.name() + part, (name, t) -> t.to(stem().type));
        }
        List<Convolution> convolutions = graph.convolutions();
        for (Convolution c : convolutions.subList(1, convolutions.size())) {
            Tensor weight = folded.get(c.name() + ".weight");
            // A channel of nothing but zeros has a scale too.
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
