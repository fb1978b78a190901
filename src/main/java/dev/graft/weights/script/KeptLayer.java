package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleNode;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.tensor.ScalarKind;
import dev.graft.weights.tensor.WeightsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A layer of a TorchScript network whose class is written again so that it stores its output.
 *
 * <p>The class gets two attributes and a new {@code forward}, which calls the old one under another name. Other layers of the same class get
 * the attributes too, but do not store anything.
 */
final class KeptLayer {
    /** The attribute with the output. */
    static final String OUTPUT = "graft_output";

    /** The storage of the attribute's first value, a tensor without elements. */
    static final String STORAGE = "graft-output";

    private static final String SWITCH = "graft_keeps";
    private static final int LISTED = 12;

    private static final String ATTRIBUTES = "  " + SWITCH + " : bool\n  " + OUTPUT + " : Tensor\n";

    private static final String FORWARD = """
              def forward(self: %1$s,
                graft_input: Tensor) -> Tensor:
                graft_made = (self).graft_forward(graft_input, )
                graft_keeps = self.graft_keeps
                if graft_keeps:
                  self.graft_output = graft_made
                else:
                  pass
                return torch.clone(graft_made)
            """;

    private final ScriptObject layer;
    private final String entry;
    private final String code;

    private KeptLayer(ScriptObject layer, String entry, String code) {
        this.layer = layer;
        this.entry = entry;
        this.code = code;
    }

    /** @param sources returns the text of an entry in {@code code/}, empty if there is none */
    static KeptLayer of(Path file, ScriptObject network, String name, UnaryOperator<String> sources)
            throws WeightsException {
        ScriptObject layer = find(file, network, name);
        Global type = layer.type;
        String entry = "code/" + type.module().replace('.', '/') + ".py";
        String source = sources.apply(entry);
        Matcher head = Pattern.compile("(?m)^class " + Pattern.quote(type.name()) + "\\(Module\\):\n"
                        + "  __parameters__ = \\[.*]\n  __buffers__ = \\[.*]\n")
                .matcher(source);
        if (!head.find()) throw refused(file, name, "has no class '" + type.name() + "' of the usual form");
        int next = source.indexOf("\nclass ", head.end() - 1);
        String body = source.substring(head.end(), next < 0 ? source.length() : next + 1);
        Matcher forward = Pattern.compile("(?m)^  def forward\\(self: [\\w.]+,\\s+\\w+: Tensor\\) -> Tensor:$")
                .matcher(body);
        if (!forward.find())
            throw refused(file, name, "has no forward that turns one tensor into one tensor in class " + type.name());
        String renamed = body.substring(0, forward.start())
                + FORWARD.formatted(type)
                + body.substring(forward.start()).replaceFirst("def forward\\(", "def graft_forward(");
        return new KeptLayer(
                layer,
                entry,
                source.substring(0, head.end()) + ATTRIBUTES + renamed + (next < 0 ? "" : source.substring(next + 1)));
    }

    private static ScriptObject find(Path file, ScriptObject network, String name) {
        ScriptObject layer = network;
        for (String part : name.split("\\.", -1)) {
            if (layer.attributes().get(part) instanceof ScriptObject inner) layer = inner;
            else
                throw new IllegalArgumentException("model: " + file.getFileName() + " has no layer '"
                        + WeightsException.quote(name) + "'; " + (layer == network ? "its layers are " : "there are ")
                        + layers(layer));
        }
        return layer;
    }

    private static String layers(ScriptObject parent) {
        return parent.attributes().entrySet().stream()
                .filter(a -> a.getValue() instanceof ScriptObject)
                .limit(LISTED)
                .map(a -> WeightsException.quote(a.getKey().toString()))
                .collect(Collectors.joining(", "));
    }

    private static WeightsException refused(Path file, String layer, String seen) {
        return new WeightsException(
                file,
                "cannot keep the output of the layer '" + WeightsException.quote(layer) + "': its code " + seen,
                "name a layer around it or inside it");
    }

    /** The entry of the archive that holds the class. */
    String entry() {
        return entry;
    }

    /** The new text of this entry. */
    String code() {
        return code;
    }

    /** The attributes to add to an object. */
    Map<String, Object> attributes(ScriptObject object) {
        if (!object.type.toString().equals(layer.type.toString())) return Map.of();
        PickleNode empty = PickleNode.tensor(STORAGE, 0, ScalarKind.F32, List.of(0L), List.of(1L), 0, false);
        return Map.of(SWITCH, object == layer, OUTPUT, empty);
    }
}
