package dev.graft.model.names;

import dev.graft.weights.tensor.AveragedNames;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A network that a file holds under a prefix, perhaps beside others.
 *
 * <p>Training by contrast, distillation and the like put a network into a larger module: {@code encoder_q.},
 * {@code online_network.encoder.}. What lies beside it is listed, never used.
 */
public final class Branch {
    /** Networks of one file that are looked at: more is no checkpoint of a training. */
    private static final int MOST = 32;

    private static final int LISTED = 8;
    /** What a prefix says of a network that follows another one and does not learn itself, besides averages. */
    private static final Set<String> FOLLOWERS = Set.of("k", "key", "target", "momentum", "teacher", "offline");

    /** What a prefix says of the one of several networks that learns. */
    private static final Set<String> LEARNERS = Set.of("q", "query", "online", "student");

    /** Whole prefixes under which the network of a file lies that holds others for some purpose. */
    private static final Set<String> USUAL = Set.of("model.", "net.", "network.", "backbone.", "encoder.", "module.");

    private final String prefix;
    private final Dialect dialect;
    private final Map<String, Part> parts;
    private final List<String> beside;

    private Branch(String prefix, Dialect dialect, Map<String, Part> parts, List<String> beside) {
        this.prefix = prefix;
        this.dialect = dialect;
        this.parts = Collections.unmodifiableMap(parts);
        this.beside = beside;
    }

    /** The constants of a frozen module under torchvision's names. */
    public static Branch frozen(Map<String, Part> parts) {
        return new Branch("", Dialect.CONSTANTS, parts, List.of());
    }

    /**
     * The networks that a file may hold, those that learn before those that follow them; just the whole where there is no
     * sign of one.
     */
    public static List<Branch> of(Map<String, StoredTensor> tensors) {
        Map<String, Part> all = Reparametrised.parts(tensors);
        Map<String, Dialect> prefixes = new LinkedHashMap<>();
        for (String name : all.keySet()) {
            for (Dialect dialect : Dialect.values()) {
                boolean found = !dialect.anchor.isEmpty()
                        && name.endsWith(dialect.anchor)
                        && (name.length() == dialect.anchor.length()
                                || name.charAt(name.length() - dialect.anchor.length() - 1) == '.');
                if (found && prefixes.size() < MOST) {
                    prefixes.putIfAbsent(name.substring(0, name.length() - dialect.anchor.length()), dialect);
                }
            }
        }
        List<Branch> branches = new ArrayList<>();
        prefixes.forEach((prefix, dialect) -> branches.add(under(prefix, dialect, all)));
        branches.sort(Comparator.comparingInt(Branch::rank));
        return branches.isEmpty() ? List.of(new Branch("", Dialect.TORCHVISION, all, List.of())) : branches;
    }

    private static Branch under(String prefix, Dialect dialect, Map<String, Part> all) {
        String head = dialect == Dialect.TRANSFORMERS && prefix.endsWith("resnet.")
                ? prefix.substring(0, prefix.length() - "resnet.".length()) + "classifier.1."
                : prefix + "fc.";
        Map<String, Part> parts = new LinkedHashMap<>();
        List<String> beside = new ArrayList<>();
        all.forEach((name, part) -> {
            if (name.startsWith(head)) {
                parts.put("fc." + name.substring(head.length()), part);
            } else if (name.startsWith(prefix)) {
                parts.put(dialect.translate(name.substring(prefix.length())), part);
            } else {
                beside.add(name);
            }
        });
        return new Branch(prefix, dialect, parts, beside);
    }

    /** What stands before every name, with its dot; empty where nothing does. */
    public String prefix() {
        return prefix;
    }

    /** Whether the names are those of Hugging Face's transformers. */
    public boolean transformers() {
        return dialect == Dialect.TRANSFORMERS;
    }

    /** The tensors under torchvision's names, in the file's order. */
    public Map<String, Part> parts() {
        return parts;
    }

    /** What was undone to get these names and what was left out, a sentence each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!dialect.owner.isEmpty()) {
            notes.add("the names are " + dialect.owner);
        }
        String quoted = "'" + WeightsException.quote(prefix) + "'";
        if (!beside.isEmpty()) {
            notes.add("took the tensors under " + quoted + "; beside them: " + groups(beside));
        } else if (!prefix.isEmpty()) {
            notes.add("took the prefix " + quoted + " off every name");
        }
        return notes;
    }

    /** Names by what stands before their first dot, and how many of each. */
    public static String groups(Iterable<String> names) {
        Map<String, Integer> groups = new TreeMap<>();
        for (String name : names) {
            int dot = name.indexOf('.');
            groups.merge(dot < 0 ? name : name.substring(0, dot + 1), 1, Integer::sum);
        }
        List<String> first = groups.entrySet().stream()
                .limit(LISTED)
                .map(e -> WeightsException.quote(e.getKey())
                        + (e.getKey().endsWith(".") ? " (" + e.getValue() + " tensors)" : ""))
                .toList();
        return String.join(", ", first) + (groups.size() > LISTED ? " and " + (groups.size() - LISTED) + " more" : "");
    }

    /** Whether nothing says which of the two to take, and their numbers are not the same ones. */
    public boolean isTwinOf(Branch other) {
        return rank() == other.rank() && !bare().equals(other.bare());
    }

    /** What makes its tensors, without the names that these have in the file. */
    private Map<String, List<StoredTensor>> bare() {
        Map<String, List<StoredTensor>> bare = new HashMap<>();
        parts.forEach((name, part) -> bare.put(
                name, part.sources().stream().map(source -> source.named("")).toList()));
        return bare;
    }

    /** The least of those that learn, the most of those that follow. */
    private int rank() {
        List<String> words = List.of(prefix.split("[._]"));
        if (AveragedNames.has(prefix) || words.stream().anyMatch(FOLLOWERS::contains)) return 4;
        if (words.stream().anyMatch(LEARNERS::contains)) return 0;
        if (prefix.isEmpty()) return 1;
        return USUAL.contains(prefix) ? 2 : 3;
    }
}
