package dev.graft.weights.script;

import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Walks the objects of a TorchScript archive and gives its tensors the names of {@code state_dict()}.
 *
 * <p>A tensor that is a plain attribute does not belong to the state dict. The source text of each class starts with two
 * lists of its parameters and buffers; only these lists are read.
 */
public final class ScriptModule {
    private static final int MAX_NAMES = 16 << 20;
    private static final int MAX_SOURCE = 32 << 20;
    private static final int MAX_LISTED = 200_000;
    private static final Pattern HEAD = Pattern.compile(
            "(?m)^class (\\w+)\\(Module\\):\n" + "  __parameters__ = \\[(.*)]\n  __buffers__ = \\[(.*)]$");
    private static final Pattern NAME = Pattern.compile("\"([^\"]*)\"");

    /** Returns the text of an entry in {@code code/}. */
    public interface Source {
        Optional<String> text(String entry) throws IOException;
    }

    private final Source source;
    private final Function<String, WeightsException> refusal;
    /** The lists at the start of a class. */
    private record Declared(Set<String> parameters, Set<String> buffers) {}

    private final Map<String, Map<String, Declared>> declared = new HashMap<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Set<String> parameters = new LinkedHashSet<>();
    private final Map<String, StoredTensor> linears = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();
    private int listed;
    private long characters;
    private long sourceCharacters;

    public ScriptModule(Source source, Function<String, WeightsException> refusal) {
        this.source = source;
        this.refusal = refusal;
    }

    /** The parameters and buffers by name, in the order of the file. Adds to {@code notes} which tensors were left out. */
    public Map<String, StoredTensor> tensors(ScriptObject root, List<String> notes) throws IOException {
        walk(root, "");
        if (!left.isEmpty()) notes.add("left out attributes that are neither parameters nor buffers: " + left);
        if (tensors.isEmpty())
            notes.add(
                    "has no parameters and buffers (a frozen module keeps its tensors among the constants of its code)");
        return tensors();
    }

    /** The tensors that {@link #tensors(ScriptObject, List)} found. */
    public Map<String, StoredTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** The names of the tensors that are parameters. */
    Set<String> parameters() {
        return Collections.unmodifiableSet(parameters);
    }

    /** The weights of the linear layers by the name of the layer, in the order of the file. */
    Map<String, StoredTensor> linears() {
        return Collections.unmodifiableMap(linears);
    }

    private void walk(ScriptObject module, String prefix) throws IOException {
        Optional<Declared> names = declared(module.type);
        for (Map.Entry<Object, Object> attribute : module.attributes().entrySet()) {
            String key = attribute.getKey().toString();
            if (attribute.getValue() instanceof ScriptObject child) {
                walk(child, join(prefix, key) + ".");
            } else if (attribute.getValue() instanceof StoredTensor tensor) {
                String name = join(prefix, key);
                boolean parameter = names.isPresent() && names.get().parameters.contains(key);
                if (parameter) parameters.add(name);
                if (parameter || names.isEmpty() || names.get().buffers.contains(key)) put(name, tensor);
                else if (left.size() < 10) left.add(WeightsException.quote(name));
                if (parameter && isLinear(module) && key.equals("weight"))
                    linears.put(prefix.substring(0, Math.max(0, prefix.length() - 1)), tensor);
            }
        }
    }

    /** Adds a tensor. A duplicate name is possible, because the name of an attribute may contain dots. */
    private void put(String name, StoredTensor tensor) throws WeightsException {
        if (tensors.put(name, tensor.named(name)) != null)
            throw refusal.apply("has two tensors named " + WeightsException.quote(name));
    }

    /** Whether it is PyTorch's linear layer, with any number that the compiler put into the name of its module. */
    private static boolean isLinear(ScriptObject module) {
        return module.type.name().equals("Linear");
    }

    private String join(String prefix, String key) throws WeightsException {
        characters += prefix.length() + key.length();
        if (characters > MAX_NAMES) throw refusal.apply("has names of more than " + MAX_NAMES + " characters together");
        return prefix + key;
    }

    /** The names in {@code __parameters__} and {@code __buffers__}; empty if the source does not have both lists. */
    private Optional<Declared> declared(Global type) throws IOException {
        Map<String, Declared> classes = declared.get(type.module());
        if (classes == null) {
            String text = source.text("code/" + type.module().replace('.', '/') + ".py")
                    .orElse("");
            sourceCharacters += text.length();
            if (sourceCharacters > MAX_SOURCE)
                throw refusal.apply("has more than " + MAX_SOURCE + " characters of code");
            classes = classes(text);
            declared.put(type.module(), classes);
        }
        return Optional.ofNullable(classes.get(type.name()));
    }

    private Map<String, Declared> classes(String text) throws WeightsException {
        Map<String, Declared> classes = new HashMap<>();
        Matcher head = HEAD.matcher(text);
        while (head.find()) classes.put(head.group(1), new Declared(names(head.group(2)), names(head.group(3))));
        return classes;
    }

    private Set<String> names(String list) throws WeightsException {
        Set<String> names = new HashSet<>();
        Matcher name = NAME.matcher(list);
        while (name.find()) {
            names.add(name.group(1));
            if (++listed > MAX_LISTED) throw refusal.apply("lists more than " + MAX_LISTED + " parameters and buffers");
        }
        return names;
    }
}
