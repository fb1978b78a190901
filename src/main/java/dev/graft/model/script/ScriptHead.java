package dev.graft.model.script;

import dev.graft.model.graph.Head;
import dev.graft.weights.WeightsFile;
import dev.graft.weights.script.ScriptTemplate;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the layer of a foreign network that computes its logits. The dry run checks later whether it does. */
public final class ScriptHead {
    private static final int LISTED = 12;
    private static final int LAST = 4;
    /** The limit on the features of a head: 40 times the maximum in torchvision. */
    private static final int MAX_FEATURES = 1_000_000;

    private ScriptHead() {}

    /** The last of PyTorch's linear layers, in the order in which the network registers them. */
    public static String last(WeightsFile file, ScriptTemplate template) throws WeightsException {
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
                        : "has no linear layer whose place a head could take; the last of its "
                                + template.parameters().size() + " parameters are " + lastParameters(template),
                template.parameters().isEmpty()
                        ? "save the module without torch.jit.freeze or optimize_for_inference"
                        : withoutLinear(template));
    }

    /** The number of inputs of a layer whose weight is a matrix [outputs, inputs]. */
    public static int features(WeightsFile file, ScriptTemplate template, Head head) throws WeightsException {
        StoredTensor weight = template.state().get(head.weight());
        StoredTensor bias = template.state().get(head.bias());
        boolean learns = template.parameters().contains(head.weight());
        if (weight != null
                && learns
                && weight.shape().size() == 2
                && weight.elements() > 0
                && weight.shape().get(1) <= MAX_FEATURES
                && (bias == null || bias.shape().equals(weight.shape().subList(0, 1)))) {
            return weight.shape().get(1).intValue();
        }
        String quoted = WeightsException.quote(head.path());
        String seen = weight == null
                ? "has no layer '" + quoted + "' with a weight"
                : !learns
                        ? "has the weight of '" + quoted + "' among its buffers"
                        : "has in '" + quoted + "' a weight of shape " + weight.shape()
                                + (bias == null ? "" : " and a bias of shape " + bias.shape());
        throw new WeightsException(
                file.file(),
                seen + " (a head has a weight of shape [outputs, inputs] with at most " + MAX_FEATURES
                        + " inputs, and a bias of shape [outputs] or none)",
                template.linears().isEmpty()
                        ? "there is no linear layer in it: " + withoutLinear(template)
                        : linears(template));
    }

    /** Whether no other layer can be the head. */
    public static boolean isTheOnlyOne(ScriptTemplate template, String head) {
        return template.linears().keySet().equals(Set.of(head));
    }

    /** The advice for the case that the layer is not the head. */
    public static String nameAnother(ScriptTemplate template) {
        return "name the layer that makes the logits (TrustedScript.withHead, or --head)"
                + (template.linears().isEmpty() ? "" : "; " + linears(template));
    }

    private static String linears(ScriptTemplate template) {
        return "its linear layers are "
                + listed(new ArrayList<>(template.linears().keySet()));
    }

    /** The last parameters, in the order in which the network registers them; those of the head are at the end. */
    private static String lastParameters(ScriptTemplate template) {
        List<String> names = new ArrayList<>(template.parameters());
        return names.subList(Math.max(0, names.size() - LAST), names.size()).stream()
                .map(name -> WeightsException.quote(name) + " "
                        + template.state().get(name).shape())
                .collect(Collectors.joining(", "));
    }

    /**
     * The advice for a network without PyTorch's linear layers: a self-written linear layer is not recognised, but its
     * weight is a matrix.
     */
    private static String withoutLinear(ScriptTemplate template) {
        List<String> matrices = template.parameters().stream()
                .filter(name -> name.endsWith(".weight")
                        && template.state().get(name).shape().size() == 2)
                .map(name -> name.substring(0, name.length() - ".weight".length()))
                .toList();
        return matrices.isEmpty()
                ? "exchange its head for a torch.nn.Linear in Python, of any number of outputs, and save it again"
                : "if the logits are made by one of the layers whose weight is a matrix, name it"
                        + " (TrustedScript.withHead, or --head): " + listed(matrices);
    }

    private static String listed(List<String> names) {
        int from = Math.max(0, names.size() - LISTED);
        return names.subList(from, names.size()).stream()
                        .map(WeightsException::quote)
                        .collect(Collectors.joining(", "))
                + (from > 0 ? " (the last of " + names.size() + ")" : "");
    }
}
