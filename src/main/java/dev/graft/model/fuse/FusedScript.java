package dev.graft.model.fuse;

import dev.graft.model.Precision;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.model.graph.ResidualBlock.Kind;
import dev.graft.weights.pickle.PickleNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The layers of a ResNet before its head, for evaluation, as TorchScript. Batch norms are folded into the convolutions
 * before them. Each convolution and its ReLU are one operator; the last convolution of a block includes the addition
 * too.
 */
final class FusedScript {
    /** Reorders a convolution's weights in the first call, for the size of its input. */
    private static final String READY = """
          def ready(self: __torch__.dev.graft.fused.Conv, x: Tensor) -> Tensor:
            packed = self.packed
            if packed:
              w = self.weight
            else:
              w0 = ops.mkldnn._reorder_convolution_weight(self.weight, self.padding, self.stride, [1, 1], self.groups, torch.size(x))
              self.weight = w0
              self.packed = True
              w = w0
            return w
        """;

    /** Which operators the convolutions use. */
    enum Operators {
        /**
         * oneDNN's, which PyTorch's own compiler uses too. The first call reorders the weights for the size of its
         * input. The results are equal for every other size.
         */
        ONEDNN("packed : bool", READY + """
              def forward(self: __torch__.dev.graft.fused.Conv, x: Tensor, activation: str) -> Tensor:
                w = (self).ready(x, )
                return ops.mkldnn._convolution_pointwise(x, w, self.bias, self.padding, self.stride, [1, 1], self.groups, activation, annotate(List[Optional[number]], []), "")
              def add(self: __torch__.dev.graft.fused.Conv, x: Tensor, other: Tensor) -> Tensor:
                w = (self).ready(x, )
                return ops.mkldnn._convolution_pointwise_(other, x, w, self.bias, self.padding, self.stride, [1, 1], self.groups, "add", 1., "relu", annotate(List[Optional[number]], []), "")
            """),
        /** LibTorch's own, for devices without oneDNN. */
        PLAIN("packed : bool", """
              def forward(self: __torch__.dev.graft.fused.Conv, x: Tensor, activation: str) -> Tensor:
                y = torch.conv2d(x, self.weight, self.bias, self.stride, self.padding, [1, 1], self.groups)
                if torch.eq(activation, "relu"):
                  z = torch.relu_(y)
                else:
                  z = y
                return z
              def add(self: __torch__.dev.graft.fused.Conv, x: Tensor, other: Tensor) -> Tensor:
                y = torch.conv2d(x, self.weight, self.bias, self.stride, self.padding, [1, 1], self.groups)
                return torch.relu_(torch.add_(y, other))
            """),
        /**
         * As {@link #ONEDNN}, and each convolution keeps the smallest and the largest value of all its outputs. After a
         * ReLU the smallest counts as 0.
         */
        WATCHED("packed : bool\n  low : Tensor\n  high : Tensor", READY + """
              def forward(self: __torch__.dev.graft.fused.Conv, x: Tensor, activation: str) -> Tensor:
                w = (self).ready(x, )
                y = ops.mkldnn._convolution_pointwise(x, w, self.bias, self.padding, self.stride, [1, 1], self.groups, activation, annotate(List[Optional[number]], []), "")
                if torch.eq(activation, "relu"):
                  pass
                else:
                  self.low = torch.minimum(self.low, torch.min(y))
                self.high = torch.maximum(self.high, torch.max(y))
                return y
              def add(self: __torch__.dev.graft.fused.Conv, x: Tensor, other: Tensor) -> Tensor:
                w = (self).ready(x, )
                y = ops.mkldnn._convolution_pointwise_(other, x, w, self.bias, self.padding, self.stride, [1, 1], self.groups, "add", 1., "relu", annotate(List[Optional[number]], []), "")
                self.high = torch.maximum(self.high, torch.max(y))
                return y
            """),
        /**
         * oneDNN's for 8 bits: input and output are bytes with the scale and zero point of {@link EightBits}. Only the
         * stem has floats as input and output.
         */
        INT8(
                "packed : bool\n  scales : Tensor\n  zeros : Tensor\n  x_scale : float\n  x_zero : int\n  y_scale : float\n"
                        + "  y_zero : int\n  other_scale : float\n  other_zero : int",
                """
              def ready(self: __torch__.dev.graft.fused.Conv, x: Tensor) -> Tensor:
                packed = self.packed
                if packed:
                  w = self.weight
                else:
                  w0 = ops.onednn.qconv_prepack(self.weight, self.scales, self.x_scale, self.x_zero, self.stride, self.padding, [1, 1], self.groups, torch.size(x))
                  self.weight = w0
                  self.packed = True
                  w = w0
                return w
              def forward(self: __torch__.dev.graft.fused.Conv, x: Tensor, activation: str) -> Tensor:
                w = (self).ready(x, )
                return ops.onednn.qconv2d_pointwise(x, self.x_scale, self.x_zero, w, self.scales, self.zeros, self.bias, self.stride, self.padding, [1, 1], self.groups, self.y_scale, self.y_zero, 0, activation, annotate(List[Optional[number]], []), "")
              def add(self: __torch__.dev.graft.fused.Conv, x: Tensor, other: Tensor) -> Tensor:
                w = (self).ready(x, )
                return ops.onednn.qconv2d_pointwise(x, self.x_scale, self.x_zero, w, self.scales, self.zeros, other, self.bias, self.stride, self.padding, [1, 1], self.groups, self.y_scale, self.y_zero, 0, self.other_scale, self.other_zero, "sum", 1., "relu", annotate(List[Optional[number]], []), "")
            """);

        /** Extra attributes of a convolution. */
        private final String attributes;

        private final String methods;

        Operators(String attributes, String methods) {
            this.attributes = attributes;
            this.methods = methods;
        }

        /** The class of a convolution. */
        private String type(String name) {
            return CONV.replace("class Conv", "class " + name) + "  " + attributes + "\n"
                    + methods.replace(PREFIX + "Conv", PREFIX + name);
        }
    }

    /** Placeholder for the tensor of the same name. */
    static final Object TENSOR = new Object();

    private static final String PREFIX = "__torch__.dev.graft.fused.";
    private static final String CONV = """
            class Conv(Module):
              __parameters__ = []
              __buffers__ = ["weight", "bias", ]
              weight : Tensor
              bias : Tensor
              training : bool
              stride : List[int]
              padding : List[int]
              groups : int
            """;

    private FusedScript() {}

    /**
     * The classes of the trunk, as code of a TorchScript archive.
     *
     * @param stages number of stages: all of them with the pooling after them, or fewer
     */
    static String source(ResNetGraph graph, int stages, Precision precision, Operators operators) {
        StringBuilder s = new StringBuilder(operators.type("Conv"));
        if (operators == Operators.INT8) s.append(Operators.ONEDNN.type("Stem"));
        appendBlock(s, graph.kind(), false);
        appendBlock(s, graph.kind(), true);
        for (int stage = 1; stage <= stages; stage++) {
            String type = "Stage" + stage;
            appendHeader(s, type);
            String value = "x";
            for (int block = 0; block < graph.blocks(stage); block++) {
                s.append("  __annotations__[\"%d\"] = %s%s\n".formatted(block, PREFIX, type(graph, stage, block)));
                value = "(getattr(self, \"%d\")).forward(%s, )".formatted(block, value);
            }
            appendMethod(s, type, "forward", value);
        }
        appendTrunk(s, stages, stages == graph.stages(), precision, operators);
        return s.toString();
    }

    private static void appendBlock(StringBuilder s, Kind kind, boolean reshapes) {
        String type = blockType(kind, reshapes);
        appendHeader(s, type);
        String value = "x";
        for (int i = 1; i <= kind.convolutions; i++) {
            s.append("  conv%d : %sConv\n".formatted(i, PREFIX));
            if (i < kind.convolutions) {
                value = "(self.conv%d).forward(%s, \"relu\", )".formatted(i, value);
            }
        }
        if (reshapes) {
            s.append("  downsample : ").append(PREFIX).append("Conv\n");
        }
        // The addition may write into the shortcut: a block's input is not read after it.
        String shortcut = reshapes ? "(self.downsample).forward(x, \"none\", )" : "x";
        appendMethod(s, type, "forward", "(self.conv%d).add(%s, %s, )".formatted(kind.convolutions, value, shortcut));
    }

    private static void appendTrunk(
            StringBuilder s, int stages, boolean pooled, Precision precision, Operators operators) {
        boolean bytes = operators == Operators.INT8;
        appendHeader(s, "Trunk");
        s.append("  conv1 : ").append(PREFIX).append(bytes ? "Stem\n" : "Conv\n");
        if (bytes) s.append("  x_scale : float\n  y_scale : float\n");
        String value =
                "(self.conv1).forward(torch.to(x, " + (bytes ? EightBits.stem() : precision).number + "), \"relu\", )";
        // Max pooling commutes with quantization, and on bytes it takes a fifth of the time.
        if (bytes) value = "torch.quantize_per_tensor(torch.to(" + value + ", 6), self.x_scale, 0, 13)";
        value = "torch.max_pool2d(" + value + ", [3, 3], [2, 2], [1, 1], [1, 1], False)";
        if (bytes) value = "torch.int_repr(" + value + ")";
        for (int stage = 1; stage <= stages; stage++) {
            s.append("  layer%d : %sStage%d\n".formatted(stage, PREFIX, stage));
            value = "(self.layer%d).forward(%s, )".formatted(stage, value);
        }
        value = "torch.to(" + value + ", 6)";
        // Activations keep their order in memory: channels_last.
        String last = pooled
                ? "torch.adaptive_avg_pool2d(" + value + ", [1, 1])"
                : "torch.permute(" + value + ", [0, 2, 3, 1])";
        last = "torch.flatten(" + last + ", 1)";
        appendMethod(s, "Trunk", "forward", bytes ? "torch.mul(" + last + ", self.y_scale)" : last);
        appendHeader(s, "Holder");
        s.append("  model : ").append(PREFIX).append("Trunk\n");
        appendMethod(s, "Holder", "forward", "(self.model).forward(x, )");
    }

    private static void appendHeader(StringBuilder s, String type) {
        s.append("class ").append(type).append("(Module):\n");
        s.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    }

    private static void appendMethod(StringBuilder s, String type, String name, String value) {
        s.append("  def %s(self: %s%s, x: Tensor) -> Tensor:\n    return %s\n".formatted(name, PREFIX, type, value));
    }

    private static String type(ResNetGraph graph, int stage, int block) {
        return blockType(graph.kind(), graph.block(stage, block).reshapes());
    }

    private static String blockType(Kind kind, boolean reshapes) {
        return (reshapes ? "Reshaping" : "") + (kind == Kind.BASIC ? "BasicBlock" : "Bottleneck");
    }

    /**
     * The tree of objects; the root holds the trunk as the attribute {@code model}.
     *
     * @param own the extra attributes of a convolution by its name, or of the trunk by an empty name: plain values, or
     *     {@link #TENSOR}
     * @param tensors gives the pickled tensor for a name, such as {@code layer1.0.conv1.bias}
     */
    static PickleNode tree(
            ResNetGraph graph,
            int stages,
            Operators operators,
            Function<String, Map<String, Object>> own,
            Function<String, PickleNode> tensors) {
        Map<String, Object> trunk = module();
        trunk.putAll(own.apply(""));
        String stem = operators == Operators.INT8 ? "Stem" : "Conv";
        trunk.put("conv1", conv(stem, ResNetGraph.STEM, own, tensors));
        for (int stage = 1; stage <= stages; stage++) {
            Map<String, Object> blocks = module();
            for (int block = 0; block < graph.blocks(stage); block++) {
                ResidualBlock residual = graph.block(stage, block);
                String prefix = "layer" + stage + "." + block + ".";
                Map<String, Object> b = module();
                residual.path().forEach(c -> b.put(c.name(), conv("Conv", c.under(prefix), own, tensors)));
                residual.shortcut().ifPresent(c -> b.put("downsample", conv("Conv", c.under(prefix), own, tensors)));
                blocks.put(Integer.toString(block), PickleNode.object(PREFIX + type(graph, stage, block), b));
            }
            trunk.put("layer" + stage, PickleNode.object(PREFIX + "Stage" + stage, blocks));
        }
        Map<String, Object> holder = module();
        holder.put("model", PickleNode.object(PREFIX + "Trunk", trunk));
        return PickleNode.object(PREFIX + "Holder", holder);
    }

    /** The attributes that lead from the trunk to a convolution. */
    static String[] path(Convolution c) {
        return c.name().replace("downsample.0", "downsample").split("\\.");
    }

    private static PickleNode conv(
            String type,
            Convolution c,
            Function<String, Map<String, Object>> own,
            Function<String, PickleNode> tensors) {
        Map<String, Object> m = module();
        m.put("weight", tensors.apply(c.name() + ".weight"));
        m.put("bias", tensors.apply(c.name() + ".bias"));
        m.put("stride", PickleNode.intList(c.stride(), c.stride()));
        m.put("padding", PickleNode.intList(c.padding(), c.padding()));
        m.put("groups", (long) c.groups());
        own.apply(c.name())
                .forEach((name, value) -> m.put(name, value == TENSOR ? tensors.apply(c.name() + "." + name) : value));
        return PickleNode.object(PREFIX + type, m);
    }

    private static Map<String, Object> module() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("training", false);
        return m;
    }
}
