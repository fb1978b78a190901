package dev.graft.model;

import dev.graft.weights.PickleNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A ResNet as TorchScript: the text of its classes, and the tree of objects that fills them. Layers carry torchvision's
 * names; the operations and their order are torchvision's, so the logits are equal bit for bit.
 */
final class ResNetScript {
    private static final String PREFIX = "__torch__.dev.graft.";

    /** Operations that hold weights. Stride and padding are attributes, so that one class serves every layer. */
    private static final String LAYERS = """
            class Conv2d(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
              stride : List[int]
              padding : List[int]
              def forward(self: __torch__.dev.graft.Conv2d, x: Tensor) -> Tensor:
                return torch.conv2d(x, self.weight, None, self.stride, self.padding, [1, 1], 1)
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

    /** The basic block, with (%2$s, %3$s) and without a convolution on its shortcut. */
    private static final String BLOCK = """
            class %1$s(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              conv1 : __torch__.dev.graft.Conv2d
              bn1 : __torch__.dev.graft.BatchNorm2d
              conv2 : __torch__.dev.graft.Conv2d
              bn2 : __torch__.dev.graft.BatchNorm2d
            %2$s  def forward(self: __torch__.dev.graft.%1$s, x: Tensor) -> Tensor:
                y = torch.relu_((self.bn1).forward((self.conv1).forward(x, ), ))
                z = (self.bn2).forward((self.conv2).forward(y, ), )
                return torch.relu_(torch.add_(z, %3$s))
            """;

    private ResNetScript() {}

    /** The classes of the network, in the dialect of TorchScript's archives. */
    static String source(Architecture architecture) {
        StringBuilder s = new StringBuilder(LAYERS);
        s.append(BLOCK.formatted("BasicBlock", "", "x"));
        s.append(BLOCK.formatted(
                "ReshapingBlock", "  downsample : __torch__.dev.graft.Downsample\n", "(self.downsample).forward(x, )"));
        for (int stage = 1; stage <= architecture.stages(); stage++) {
            appendStage(s, architecture, stage);
        }
        appendNetwork(s, architecture);
        return s.toString();
    }

    private static void appendStage(StringBuilder s, Architecture architecture, int stage) {
        String type = "Stage" + stage;
        appendHeader(s, type);
        String value = "x";
        for (int block = 0; block < architecture.blocks(stage); block++) {
            s.append("  __annotations__[\"%d\"] = %s%s%n".formatted(block, PREFIX, blockType(stage, block)));
            value = "(getattr(self, \"%d\")).forward(%s, )".formatted(block, value);
        }
        appendMethod(s, type, "forward", value);
    }

    private static void appendNetwork(StringBuilder s, Architecture architecture) {
        appendHeader(s, "ResNet");
        s.append("  conv1 : ").append(PREFIX).append("Conv2d\n");
        s.append("  bn1 : ").append(PREFIX).append("BatchNorm2d\n");
        String value = "self.stem(x, )";
        for (int stage = 1; stage <= architecture.stages(); stage++) {
            s.append("  layer%d : %sStage%d%n".formatted(stage, PREFIX, stage));
            value = "(self.layer%d).forward(%s, )".formatted(stage, value);
        }
        s.append("  fc : ").append(PREFIX).append("Linear\n");
        appendMethod(
                s,
                "ResNet",
                "stem",
                "torch.max_pool2d(torch.relu_((self.bn1).forward((self.conv1).forward(x, ), )), "
                        + "[3, 3], [2, 2], [1, 1], [1, 1], False)");
        appendMethod(s, "ResNet", "features", "torch.flatten(torch.adaptive_avg_pool2d(" + value + ", [1, 1]), 1)");
        appendMethod(s, "ResNet", "forward", "(self.fc).forward(self.features(x, ), )");
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

    private static String blockType(int stage, int block) {
        return Architecture.reshapes(stage, block) ? "ReshapingBlock" : "BasicBlock";
    }

    /** The tree of objects; {@code tensors} gives the pickled tensor of each name. */
    static PickleNode tree(Architecture architecture, Function<String, PickleNode> tensors) {
        Map<String, Object> net = module();
        net.put("conv1", conv(tensors, "conv1", 2, 3));
        net.put("bn1", norm(tensors, "bn1"));
        for (int stage = 1; stage <= architecture.stages(); stage++) {
            Map<String, Object> blocks = module();
            for (int block = 0; block < architecture.blocks(stage); block++) {
                blocks.put(Integer.toString(block), block(tensors, stage, block));
            }
            net.put("layer" + stage, object("Stage" + stage, blocks));
        }
        Map<String, Object> head = module();
        head.put("weight", tensors.apply("fc.weight"));
        head.put("bias", tensors.apply("fc.bias"));
        net.put("fc", object("Linear", head));
        return object("ResNet", net);
    }

    /** The network as the attribute {@code model} of a holder: LibTorch's in-memory reader hands out attributes only. */
    static PickleNode held(PickleNode network) {
        Map<String, Object> holder = module();
        holder.put("model", network);
        return object("Holder", holder);
    }

    private static PickleNode block(Function<String, PickleNode> tensors, int stage, int block) {
        String name = "layer" + stage + "." + block + ".";
        boolean reshapes = Architecture.reshapes(stage, block);
        int stride = reshapes ? 2 : 1;
        Map<String, Object> b = module();
        b.put("conv1", conv(tensors, name + "conv1", stride, 1));
        b.put("bn1", norm(tensors, name + "bn1"));
        b.put("conv2", conv(tensors, name + "conv2", 1, 1));
        b.put("bn2", norm(tensors, name + "bn2"));
        if (reshapes) {
            Map<String, Object> shortcut = module();
            shortcut.put("0", conv(tensors, name + "downsample.0", stride, 0));
            shortcut.put("1", norm(tensors, name + "downsample.1"));
            b.put("downsample", object("Downsample", shortcut));
        }
        return object(blockType(stage, block), b);
    }

    private static PickleNode conv(Function<String, PickleNode> tensors, String name, long stride, long padding) {
        Map<String, Object> c = module();
        c.put("weight", tensors.apply(name + ".weight"));
        c.put("stride", PickleNode.intList(stride, stride));
        c.put("padding", PickleNode.intList(padding, padding));
        return object("Conv2d", c);
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
