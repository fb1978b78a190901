package dev.graft.model.script;

import dev.graft.model.graph.Head;
import dev.graft.model.graph.HeadGraph;
import dev.graft.model.graph.HeadStep;
import dev.graft.weights.pickle.PickleNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A head as TorchScript: the source of its class, and its object. One linear layer needs no class of its own. Layers with other names than
 * the head's are its attributes, as in PyTorch's {@code Sequential}.
 */
final class HeadScript {
    private static final String CLASS = "Head";

    private final HeadGraph head;
    private final StringBuilder declarations = new StringBuilder();
    private final StringBuilder code = new StringBuilder();
    private String parameters = "";
    private String buffers = "";
    private String value = "x";
    private int values;

    private HeadScript(HeadGraph head) {
        this.head = head;
    }

    /** The name of the head's class. */
    static String type(HeadGraph head) {
        return head.isLinearLayer() ? "Linear" : CLASS;
    }

    /** The source of its class; empty for one linear layer, whose class every network has. */
    static String source(HeadGraph head) {
        return head.isLinearLayer() ? "" : new HeadScript(head).write();
    }

    private String write() {
        head.steps().forEach(this::add);
        return "class " + CLASS + "(Module):\n  __parameters__ = [" + parameters + "]\n  __buffers__ = [" + buffers
                + "]\n  training : bool\n" + declarations + "  def forward(self: " + ResNetScript.PREFIX + CLASS
                + ", x: Tensor) -> Tensor:\n" + code + "    return " + value + "\n";
    }

    private void add(HeadStep step) {
        if (step instanceof HeadStep.Linear l) {
            linear(l);
        } else if (step instanceof HeadStep.Relu) {
            set("torch.relu(" + value + ")");
        } else if (step instanceof HeadStep.Dropout d) {
            set("torch.dropout(" + value + ", " + d.rate() + ", self.training)");
        } else if (step instanceof HeadStep.Cosine c) {
            cosine(c);
        }
    }

    private void set(String expression) {
        String name = "value" + ++values;
        code.append("    ").append(name).append(" = ").append(expression).append('\n');
        value = name;
    }

    private void linear(HeadStep.Linear l) {
        if (l.name().equals(head.path())) {
            parameters = "\"weight\", \"bias\", ";
            declarations.append("  weight : Tensor\n  bias : Tensor\n");
            set("torch.linear(" + value + ", self.weight, self.bias)");
        } else {
            String child = child(l);
            declarations.append("  __annotations__[\"%s\"] = %sLinear\n".formatted(child, ResNetScript.PREFIX));
            set("(getattr(self, \"" + child + "\")).forward(" + value + ", )");
        }
    }

    private void cosine(HeadStep.Cosine c) {
        parameters = c.learned() ? "\"weight\", \"scale\", " : "\"weight\", ";
        buffers = c.learned() ? "" : "\"scale\", ";
        declarations.append("  weight : Tensor\n  scale : Tensor\n");
        String features = value;
        set(normalized("self.weight"));
        String weight = value;
        value = features;
        set(normalized(features));
        set("torch.mul(self.scale, torch.linear(" + value + ", " + weight + ", None))");
    }

    private static String normalized(String rows) {
        return "torch.div(%s, torch.clamp_min(torch.linalg_vector_norm(%s, 2, [1], True, dtype=None), %s))"
                .formatted(rows, rows, HeadStep.Cosine.LEAST);
    }

    private String child(HeadStep.Linear l) {
        return l.name().substring(head.path().length() + 1);
    }

    /** The head's object. {@code tensors} returns the pickle node of the tensor with a name. */
    static PickleNode object(HeadGraph head, Function<String, PickleNode> tensors) {
        Map<String, Object> attributes = module();
        HeadScript names = new HeadScript(head);
        for (HeadStep step : head.steps()) {
            if (step instanceof HeadStep.Linear l && l.name().equals(head.path())) {
                putLinear(attributes, l, tensors);
            } else if (step instanceof HeadStep.Linear l) {
                Map<String, Object> layer = module();
                putLinear(layer, l, tensors);
                attributes.put(names.child(l), PickleNode.object(ResNetScript.PREFIX + "Linear", layer));
            } else if (step instanceof HeadStep.Cosine c) {
                attributes.put("weight", tensors.apply(new Head(c.name()).weight()));
                attributes.put("scale", tensors.apply(HeadGraph.scale(c)));
            }
        }
        return PickleNode.object(ResNetScript.PREFIX + type(head), attributes);
    }

    private static void putLinear(
            Map<String, Object> attributes, HeadStep.Linear l, Function<String, PickleNode> tensors) {
        Head layer = new Head(l.name());
        attributes.put("weight", tensors.apply(layer.weight()));
        attributes.put("bias", tensors.apply(layer.bias()));
    }

    private static Map<String, Object> module() {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("training", false);
        return m;
    }
}
