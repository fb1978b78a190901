package dev.graft.model.names;

import dev.graft.model.graph.ResNetGraph;
import dev.graft.model.graph.ResidualBlock.Convolution;
import dev.graft.weights.tensor.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives the constants of a frozen ResNet torchvision's names: its convolutions are in the code in the order of the
 * network.
 *
 * <p>{@code torch.jit.freeze} usually folds each batch norm into the convolution before it, so that only its weight and
 * bias are left. Such a batch norm is replaced by one that only adds this bias.
 */
public final class FrozenParts {
    /** Plus the epsilon of a batch norm, 1e-5, this is 1. */
    private static final float VARIANCE = 1 - 1e-5f;

    private FrozenParts() {}

    /** The parts of a network; empty if the code has another number of convolutions or batch norms. */
    public static Map<String, Part> of(ResNetGraph graph, Map<String, StoredTensor> constants) {
        List<Convolution> convolutions = graph.convolutions();
        long there = count(constants, "conv2d.");
        long norms = count(constants, "batch_norm.");
        Map<String, Part> parts = new LinkedHashMap<>();
        if (there != convolutions.size() || norms != 0 && norms != there) {
            return parts;
        }
        for (int i = 0; i < convolutions.size(); i++) {
            Convolution c = convolutions.get(i);
            String convolution = "conv2d." + i + ".";
            put(parts, c.name() + ".weight", constants.get(convolution + "weight"));
            if (norms == 0) {
                addOnly(parts, c, constants.get(convolution + "bias"));
                continue;
            }
            for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
                put(parts, c.norm() + "." + name, constants.get("batch_norm." + i + "." + name));
            }
        }
        constants.forEach((name, tensor) -> {
            if (name.startsWith("linear.")) {
                parts.put(name.replace("linear.0.", ResNetGraph.HEAD.path() + "."), new Part.Plain(tensor));
            }
        });
        return parts;
    }

    private static long count(Map<String, StoredTensor> constants, String operation) {
        return constants.keySet().stream()
                .filter(name -> name.startsWith(operation) && name.endsWith(".weight"))
                .count();
    }

    private static void put(Map<String, Part> parts, String name, StoredTensor constant) {
        if (constant != null) {
            parts.put(name, new Part.Plain(constant));
        }
    }

    private static void addOnly(Map<String, Part> parts, Convolution c, StoredTensor bias) {
        if (bias != null) {
            List<Long> channels = List.of(c.out());
            parts.put(c.norm() + ".weight", new Part.Constant(channels, 1));
            parts.put(c.norm() + ".bias", new Part.Plain(bias));
            parts.put(c.norm() + ".running_mean", new Part.Constant(channels, 0));
            parts.put(c.norm() + ".running_var", new Part.Constant(channels, VARIANCE));
        }
    }
}
