package dev.graft.model.names;

import dev.graft.weights.tensor.StoredTensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds weights that PyTorch stores in several tensors, and makes one part of each. Tensors whose shapes do not match
 * keep their names.
 */
final class Reparametrised {
    /** The suffixes of the tensors of a weight, after the name of the weight or of the module. */
    private record Rule(List<String> suffixes, Maker maker) {}

    private interface Maker {
        Optional<Part> of(List<StoredTensor> sources);
    }

    private static final List<Rule> RULES = List.of(
            new Rule(List.of("_orig", "_mask"), Reparametrised::masked),
            new Rule(List.of("_g", "_v"), Reparametrised::weightNorm),
            new Rule(List.of("_orig", "_u", "_v"), Reparametrised::spectralNorm),
            new Rule(List.of(".original0", ".original1"), Reparametrised::weightNorm),
            new Rule(List.of(".original", ".0._u", ".0._v"), Reparametrised::spectralNorm));
    private static final String PARAMETRIZATIONS = "parametrizations.";

    private final Map<String, StoredTensor> tensors;
    private final Set<String> taken = new HashSet<>();

    private Reparametrised(Map<String, StoredTensor> tensors) {
        this.tensors = tensors;
    }

    /** All tensors, in the order of the file. A part that is made of several tensors is at the place of the first one. */
    static Map<String, Part> parts(Map<String, StoredTensor> tensors) {
        return new Reparametrised(tensors).all();
    }

    private Map<String, Part> all() {
        Map<String, Map.Entry<String, Part>> made = new LinkedHashMap<>();
        for (String name : tensors.keySet()) {
            for (Rule rule : RULES) {
                if (name.endsWith(rule.suffixes().get(0))) {
                    make(name, rule).ifPresent(entry -> made.put(name, entry));
                }
            }
        }
        Map<String, Part> parts = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            Map.Entry<String, Part> entry = made.get(name);
            if (entry != null) {
                parts.put(entry.getKey(), entry.getValue());
            } else if (!taken.contains(name)) {
                parts.put(name, new Part.Plain(tensor));
            }
        });
        return parts;
    }

    private Optional<Map.Entry<String, Part>> make(String first, Rule rule) {
        String stem = first.substring(0, first.length() - rule.suffixes().get(0).length());
        String name = stem.replace(PARAMETRIZATIONS, "");
        boolean parametrization = rule.suffixes().get(0).startsWith(".");
        if (parametrization == name.equals(stem) || tensors.containsKey(name)) {
            return Optional.empty();
        }
        List<StoredTensor> sources = new ArrayList<>();
        for (String suffix : rule.suffixes()) {
            StoredTensor source = tensors.get(stem + suffix);
            if (source == null) {
                return Optional.empty();
            }
            sources.add(source);
        }
        Optional<Part> part = rule.maker().of(sources);
        if (part.isPresent()) {
            rule.suffixes().forEach(suffix -> taken.add(stem + suffix));
        }
        return part.map(p -> Map.entry(name, p));
    }

    private static Optional<Part> masked(List<StoredTensor> sources) {
        return fitting(new Part.Masked(sources.get(0), sources.get(1)));
    }

    /**
     * The part for weight norm. A scalar magnitude that fits no dimension still becomes a part; the code that reads it
     * reports the error.
     */
    private static Optional<Part> weightNorm(List<StoredTensor> sources) {
        Part.WeightNorm norm = new Part.WeightNorm(sources.get(0), sources.get(1));
        List<Long> magnitude = sources.get(0).shape();
        boolean one = magnitude.stream().allMatch(side -> side == 1);
        boolean sameSides = magnitude.size() == sources.get(1).shape().size();
        return one && sameSides ? Optional.of(norm) : fitting(norm);
    }

    private static Optional<Part> spectralNorm(List<StoredTensor> sources) {
        return fitting(new Part.SpectralNorm(sources.get(0), sources.get(1), sources.get(2)));
    }

    private static Optional<Part> fitting(Part part) {
        return part.fits() ? Optional.of(part) : Optional.empty();
    }
}
