package dev.graft.model.script;

import dev.graft.weights.pickle.PickleNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class of a TorchScript object around one of Graft's own networks, with texts beside the network.
 *
 * @param name of the class, which is in the module of Graft's layers: {@code __torch__.dev.graft.NAME}
 * @param source of the class, in the dialect of TorchScript archives. It declares {@code training : bool}, {@code
 *     network : __torch__.dev.graft.ResNet}, and one attribute for each entry of {@code texts}
 * @param texts values of attributes of the type {@code List[str]}
 */
public record ScriptWrapper(String name, String source, Map<String, List<String>> texts) {
    PickleNode around(PickleNode network) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("training", false);
        attributes.put("network", network);
        texts.forEach((text, values) -> attributes.put(text, typed(values)));
        return PickleNode.object(ResNetScript.PREFIX + name, attributes);
    }

    private static PickleNode typed(List<String> values) {
        return PickleNode.call("torch.jit._pickle", "restore_type_tag", values, "List[str]");
    }
}
