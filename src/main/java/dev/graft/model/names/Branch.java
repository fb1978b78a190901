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
 * A network in a file, with or without a prefix, possibly with other networks beside it.
 *
 * <p>Contrastive learning, distillation and similar methods put a network into a larger module: {@code encoder_q.},
 * {@code online_network.encoder.}. The tensors beside it are listed but never used.
 */
public final class Branch {
    /** The maximum number of networks in one file that are examined; training checkpoints do not have more. */
    private static final int MOST = 32;

    private static final int LISTED = 8;
    /** Words in the prefix of a network that follows another one and is not trained itself, in addition to averages. */
    private static final Set<String> FOLLOWERS = Set.of("k", "key", "target", "momentum", "teacher", "offline");

    /** Words in the prefix of the network, among several, that is trained. */
    private static final Set<String> LEARNERS = Set.of("q", "query", "online", "student");

    /** Prefixes under which the network usually is, in a file that also contains networks for other purposes. */
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

    /** The constants of a frozen module with torchvision's names. */
    public static Branch frozen(Map<String, Part> parts) {
        return new Branch("", Dialect.CONSTANTS, parts, List.of());
    }

    /**
     * The networks that a file may contain; trained ones come before those that follow them. If there is no sign of a
     * network, only the whole file.
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

    /** The prefix of all names, with its dot; may be empty. */
    public String prefix() {
        return prefix;
    }

    /** Whether the names are those of Hugging Face's transformers. */
    public boolean transformers() {
        return dialect == Dialect.TRANSFORMERS;
    }

    /** The tensors with torchvision's names, in the order of the file. */
    public Map<String, Part> parts() {
        return parts;
    }

    /** What was changed to get these names and what was left out, one sentence each. */
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

    /** The parts of the names before the first dot, with the number of names for each. */
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

    /** Whether there is no reason to prefer one of the two networks, and they do not share the same numbers. */
    public boolean isTwinOf(Branch other) {
        return rank() == other.rank() && !bare().equals(other.bare());
    }

    /** The stored tensors of each part, without their names in the file. */
    private Map<String, List<StoredTensor>> bare() {
        Map<String, List<StoredTensor>> bare = new HashMap<>();
        parts.forEach((name, part) -> bare.put(
                name, part.sources().stream().map(source -> source.named("")).toList()));
        return bare;
    }

    /** The rank: small for networks that are trained, large for those that follow another one. */
    private int rank() {
        List<String> words = List.of(prefix.split("[._]"));
        if (AveragedNames.has(prefix) || words.stream().anyMatch(FOLLOWERS::contains)) return 4;
        if (words.stream().anyMatch(LEARNERS::contains)) return 0;
        if (prefix.isEmpty()) return 1;
        return USUAL.contains(prefix) ? 2 : 3;
    }
}
