package dev.graft.export.onnx;

import dev.graft.export.onnx.OnnxModel.Node;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The operators of ONNX's opset 17 that Graft writes, by LibTorch's. Other forms of them are refused. */
final class Operators {
    private Operators() {}

    /**
     * Computes a node.
     *
     * @return the value, owned by the open scope
     * @throws RuntimeException when the operator or an attribute is unknown, or LibTorch refuses the inputs
     */
    static Tensor apply(Node node, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        return switch (node.operator()) {
            case "Conv" -> convolution(node, x, inputs);
            case "BatchNormalization" -> batchNorm(node, inputs);
            case "MaxPool" -> maxPool(node, x);
            case "Relu" -> torch.relu(x);
            case "Add" -> x.add(inputs.get(1));
            case "GlobalAveragePool" -> torch.adaptive_avg_pool2d(x, 1, 1);
            case "Flatten" -> torch.flatten(x, one(node, "axis"), -1);
            case "Gemm" -> linear(node, x, inputs);
            case "Sigmoid" -> torch.sigmoid(x);
            case "ReduceL2" ->
                torch.linalg_vector_norm(
                        x, new Scalar(2), new long[] {one(node, "axes")}, true, new ScalarTypeOptional());
            case "Max" -> torch.maximum(x, inputs.get(1));
            case "Div" -> x.div(inputs.get(1));
            case "Softmax" -> torch.softmax(x, one(node, "axis"));
            default -> throw new IllegalArgumentException("an operator that Graft does not write: " + node.operator());
        };
    }

    private static Tensor convolution(Node node, Tensor x, List<Tensor> inputs) {
        allow(node, "kernel_shape", "pads", "strides", "group");
        TensorOptional bias = inputs.size() > 2 ? new TensorOptional(inputs.get(2)) : new TensorOptional();
        long group = one(node, "group");
        return torch.conv2d(x, inputs.get(1), bias, pair(node, "strides"), padding(node), new long[] {1, 1}, group);
    }

    private static Tensor batchNorm(Node node, List<Tensor> inputs) {
        allow(node, "epsilon");
        return torch.batch_norm(
                inputs.get(0),
                new TensorOptional(inputs.get(1)),
                new TensorOptional(inputs.get(2)),
                new TensorOptional(inputs.get(3)),
                new TensorOptional(inputs.get(4)),
                false,
                0,
                node.reals().get("epsilon"),
                false);
    }

    private static Tensor maxPool(Node node, Tensor x) {
        allow(node, "kernel_shape", "pads", "strides");
        long[] kernel = pair(node, "kernel_shape");
        return torch.max_pool2d(x, kernel, pair(node, "strides"), padding(node), new long[] {1, 1}, false);
    }

    private static Tensor linear(Node node, Tensor x, List<Tensor> inputs) {
        allow(node, "transB");
        if (one(node, "transB") != 1) {
            throw new IllegalArgumentException("transB must be 1");
        }
        return inputs.size() == 2 ? torch.linear(x, inputs.get(1)) : torch.linear(x, inputs.get(1), inputs.get(2));
    }

    private static void allow(Node node, String... attributes) {
        if (!Set.of(attributes).containsAll(node.integers().keySet())) {
            throw new IllegalArgumentException("attributes that Graft does not write: " + node.integers());
        }
    }

    private static long one(Node node, String attribute) {
        return numbers(node, attribute, 1)[0];
    }

    private static long[] pair(Node node, String attribute) {
        return numbers(node, attribute, 2);
    }

    /** LibTorch pads both sides alike. */
    private static long[] padding(Node node) {
        long[] pads = numbers(node, "pads", 4);
        if (pads[0] != pads[2] || pads[1] != pads[3]) {
            throw new IllegalArgumentException("pads differ from side to side");
        }
        return new long[] {pads[0], pads[1]};
    }

    private static long[] numbers(Node node, String attribute, int count) {
        List<Long> numbers = node.integers().getOrDefault(attribute, Collections.emptyList());
        if (numbers.size() != count) {
            throw new IllegalArgumentException("needs " + count + " numbers as " + attribute + ", has " + numbers);
        }
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }
}
