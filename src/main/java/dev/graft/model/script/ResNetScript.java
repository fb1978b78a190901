package dev.graft.model.script;

import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.model.graph.ResidualBlock.Kind;
import dev.graft.weights.pickle.PickleNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A ResNet as TorchScript: the source of its classes, and the tree of its objects. The layers have torchvision's names.
 * The operations and their order are torchvision's, so the logits are equal bit for bit.
 */
final class ResNetScript {
    static final String PREFIX = "__torch__.dev.graft.";

    /** The layers with weights. Stride, padding and groups are attributes, so one class serves all layers. */
    private static final String LAYERS = """
            class Conv2d(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              stride : List[int]
              padding : List[int]
              groups : int
              def forward(self: __torch__.dev.graft.Conv2d, x: Tensor) -> Tensor:
                return torch.conv2d(x, self.weight, None, self.stride, self.padding, [1, 1], self.groups)
            class BatchNorm2d(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = ["running_mean", "running_var", "num_batches_tracked", ]
              weight : Tensor
              bias : Tensor
              running_mean : Tensor
              running_var : Tensor
              num_batches_tracked : Tensor
              training : bool
              def forward(self: __torch__.dev.graft.BatchNorm2d, x: Tensor) -> Tensor:
                training = self.training
                if training:
                  counted = torch.add_(self.num_batches_tracked, 1)
                else:
                  pass
                y = torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var, training, \
            0.10000000000000001, 1.0000000000000001e-05, True)
                return y
            class Linear(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = []
              weight : Tensor
              bias : Tensor
              training : bool
              def forward(self: __torch__.dev.graft.Linear, x: Tensor) -> Tensor:
                return torch.linear(x, self.weight, self.bias)
            class Downsample(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              __annotations__["0"] = __torch__.dev.graft.Conv2d
              __annotations__["1"] = __torch__.dev.graft.BatchNorm2d
              def forward(self: __torch__.dev.graft.Downsample, x: Tensor) -> Tensor:
                return (getattr(self, "1")).forward((getattr(self, "0")).forward(x, ), )
            """;

    private ResNetScript() {}

    /** The source of the classes of the network, in the dialect of TorchScript archives. */
    static String source(ResNetGraph graph, HeadGraph head) {
        StringBuilder s = new StringBuilder(LAYERS);
        appendBlock(s, graph.kind(), false);
        appendBlock(s, graph.kind(), true);
        for (int stage = 1; stage <= graph.stages(); stage++) {
            appendStage(s, graph, stage);
        }
        s.append(HeadScript.source(head));
        appendNetwork(s, graph, head);
        return s.toString();
    }

    private static void appendBlock(StringBuilder s, Kind kind, boolean reshapes) {
        String type = blockType(kind, reshapes);
        appendHeader(s, type);
        String value = "x";
        for (int i = 1; i <= kind.convolutions; i++) {
            s.append("  conv%d : %sConv2d\n".formatted(i, PREFIX));
            s.append("  bn%d : %sBatchNorm2d\n".formatted(i, PREFIX));
            value = "(self.bn%d).forward((self.conv%d).forward(%s, ), )".formatted(i, i, value);
            value = i < kind.convolutions ? "torch.relu_(" + value + ")" : value;
        }
        if (reshapes) {
            s.append("  downsample : ").append(PREFIX).append("Downsample\n");
        }
        String shortcut = reshapes ? "(self.downsample).forward(x, )" : "x";
        appendMethod(s, type, "forward", "torch.relu_(torch.add_(" + value + ", " + shortcut + "))");
    }

    private static void appendStage(StringBuilder s, ResNetGraph graph, int stage) {
        String type = "Stage" + stage;
        appendHeader(s, type);
        String value = "x";
        for (int block = 0; block < graph.blocks(stage); block++) {
            s.append("  __annotations__[\"%d\"] = %s%s\n".formatted(block, PREFIX, type(graph, stage, block)));
            value = "(getattr(self, \"%d\")).forward(%s, )".formatted(block, value);
        }
        appendMethod(s, type, "forward", value);
    }

    private static String type(ResNetGraph graph, int stage, int block) {
        return blockType(graph.kind(), graph.block(stage, block).reshapes());
    }

    private static void appendNetwork(StringBuilder s, ResNetGraph graph, HeadGraph top) {
        appendHeader(s, "ResNet");
        s.append("  conv1 : ").append(PREFIX).append("Conv2d\n");
        s.append("  bn1 : ").append(PREFIX).append("BatchNorm2d\n");
        String value = "self.stem(x, )";
        for (int stage = 1; stage <= graph.stages(); stage++) {
            s.append("  layer%d : %sStage%d\n".formatted(stage, PREFIX, stage));
            value = "(self.layer%d).forward(%s, )".formatted(stage, value);
        }
        String head = top.path();
        s.append("  %s : %s%s\n".formatted(head, PREFIX, HeadScript.type(top)));
        appendMethod(
                s,
                "ResNet",
                "stem",
                "torch.max_pool2d(torch.relu_((self.bn1).forward((self.conv1).forward(x, ), )), "
                        + "[3, 3], [2, 2], [1, 1], [1, 1], False)");
        appendMethod(s, "ResNet", "features", "torch.flatten(torch.adaptive_avg_pool2d(" + value + ", [1, 1]), 1)");
        appendMethod(s, "ResNet", "forward", "(self.%s).forward(self.features(x, ), )".formatted(head));
        appendHeader(s, "Holder");
        s.append("  model : ").append(PREFIX).append("ResNet\n");
        appendMethod(s, "Holder", "forward", "(self.model).forward(x, )");
    }

    private static void appendHeader(StringBuilder s, String type) {
        s.append("class ").append(type).append("(Module):\n");
        s.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    }

    private static void appendMethod(StringBuilder s, String type, String name, String value) {
        s.append("  def %s(self: %s%s, x: Tensor) -> Tensor:\n    return %s\n".formatted(name, PREFIX, type, value));
    }

    private static String blockType(Kind kind, boolean reshapes) {
        return (reshapes ? "Reshaping" : "") + (kind == Kind.BASIC ? "BasicBlock" : "Bottleneck");
    }

    /** The tree of objects. {@code tensors} returns the pickle node of the tensor with a name. */
    static PickleNode tree(ResNetGraph graph, HeadGraph head, Function<String, PickleNode> tensors) {
        Map<String, Object> net = module();
        put(net, ResNetGraph.STEM, "", tensors);
        for (int stage = 1; stage <= graph.stages(); stage++) {
            Map<String, Object> blocks = module();
            for (int block = 0; block < graph.blocks(stage); block++) {
                blocks.put(Integer.toString(block), block(graph, tensors, stage, block));
            }
            net.put("layer" + stage, object("Stage" + stage, blocks));
        }
        net.put(head.path(), HeadScript.object(head, tensors));
        return object("ResNet", net);
    }

    /** An object with the network as its attribute {@code model}: LibTorch's in-memory reader only returns attributes. */
    static PickleNode held(PickleNode network) {
        Map<String, Object> holder = module();
        holder.put("model", network);
        return object("Holder", holder);
    }

    private static PickleNode block(ResNetGraph graph, Function<String, PickleNode> tensors, int stage, int block) {
        String name = "layer" + stage + "." + block + ".";
        ResidualBlock residual = graph.block(stage, block);
        Map<String, Object> b = module();
        residual.path().forEach(c -> put(b, c, name, tensors));
        residual.shortcut().ifPresent(c -> {
            Map<String, Object> shortcut = module();
            shortcut.put("0", conv(tensors, name, c));
            shortcut.put("1", norm(tensors, name + c.norm()));
            b.put("downsample", object("Downsample", shortcut));
        });
        return object(type(graph, stage, block), b);
    }

    private static void put(
            Map<String, Object> module, Convolution c, String prefix, Function<String, PickleNode> tensors) {
        module.put(c.name(), conv(tensors, prefix, c));
        module.put(c.norm(), norm(tensors, prefix + c.norm()));
    }

    private static PickleNode conv(Function<String, PickleNode> tensors, String prefix, Convolution c) {
        Map<String, Object> m = module();
        m.put("weight", tensors.apply(prefix + c.name() + ".weight"));
        m.put("stride", PickleNode.intList(c.stride(), c.stride()));
        m.put("padding", PickleNode.intList(c.padding(), c.padding()));
        m.put("groups", (long) c.groups());
        return object("Conv2d", m);
    }

    private static PickleNode norm(Function<String, PickleNode> tensors, String name) {
        Map<String, Object> n = module();
        for (String part : List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked")) {
            n.put(part, tensors.apply(name + "." + part));
        }
        return object("BatchNorm2d", n);
    }

    private static Map<String, Object> module() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("training", false);
        return m;
    }

    private static PickleNode object(String type, Map<String, Object> attributes) {
        return PickleNode.object(PREFIX + type, attributes);
    }
}
