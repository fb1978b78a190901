package dev.graft.model;

import dev.graft.weights.ScriptTemplate;
import dev.graft.weights.StoredTensor;
import dev.graft.weights.WeightsException;
import dev.graft.weights.WeightsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the layer of a foreign network that makes its logits. Whether it does so, the dry run tells. */
final class ScriptHead {
    private static final int LISTED = 12;
    /** 40 times what the heads of torchvision have at most. */
    private static final int MAX_FEATURES = 1_000_000;

    private ScriptHead() {}

    /** The last of PyTorch's linear layers in the order in which the network registers them. */
    static String last(WeightsFile file, ScriptTemplate template) throws WeightsException {
        String last = null;
        for (String name : template.linears().keySet()) {
            last = name;
        }
        if (last != null) {
            return last;
        }
        throw new WeightsException(
                file.file(),
                template.parameters().isEmpty()
                        ? "has no parameters: a frozen module keeps them as constants of its code, where none can be"
                                + " replaced"
                        : "has no linear layer to replace; its parameters are "
                                + listed(new ArrayList<>(template.parameters())),
                template.parameters().isEmpty()
                        ? "save the module without torch.jit.freeze or optimize_for_inference"
                        : "name the layer that makes the logits, if its weight is a matrix; a head of another kind"
                                + " cannot be replaced");
    }

    /** The inputs of a layer whose weight is a matrix [outputs, inputs]. */
    static int features(WeightsFile file, ScriptTemplate template, String head) throws WeightsException {
        StoredTensor weight = template.state().get(ScriptBlueprint.inHead(head, "weight"));
        StoredTensor bias = template.state().get(ScriptBlueprint.inHead(head, "bias"));
        boolean learns = template.parameters().contains(ScriptBlueprint.inHead(head, "weight"));
        if (weight != null
                && learns
                && weight.shape().size() == 2
                && weight.elements() > 0
                && weight.shape().get(1) <= MAX_FEATURES
                && (bias == null || bias.shape().equals(weight.shape().subList(0, 1)))) {
            return weight.shape().get(1).intValue();
        }
        String quoted = WeightsException.quote(head);
        String seen = weight == null
                ? "has no layer '" + quoted + "' with a weight"
                : !learns
                        ? "has the weight of '" + quoted + "' among its buffers"
                        : "has in '" + quoted + "' a weight of shape " + weight.shape()
                                + (bias == null ? "" : " and a bias of shape " + bias.shape());
        Map<String, StoredTensor> linears = template.linears();
        throw new WeightsException(
                file.file(),
                seen + " (a head has a weight of shape [outputs, inputs] with at most " + MAX_FEATURES
                        + " inputs, and a bias of shape [outputs] or none)",
                linears.isEmpty()
                        ? "there is no linear layer in it"
                        : "its linear layers are " + listed(new ArrayList<>(linears.keySet())));
    }

    private static String listed(List<String> names) {
        int from = Math.max(0, names.size() - LISTED);
        return (from > 0 ? from + " more and " : "")
                + names.subList(from, names.size()).stream()
                        .map(WeightsException::quote)
                        .collect(Collectors.joining(", "));
    }
}
