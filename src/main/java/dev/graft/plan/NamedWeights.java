package dev.graft.plan;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Weights that are given by the names of classes. */
final class NamedWeights {
    private static final double LEAST = 1e-6;
    private static final double MOST = 1e6;

    private NamedWeights() {}

    /** The same weights, sorted by name, if all are in range. */
    static SortedMap<String, Double> checked(Map<String, Double> weights) {
        if (weights.isEmpty())
            throw new IllegalArgumentException(
                    "plan: the weights of classes name no class; give at least one, such as cat=2, or none at all");
        weights.forEach((name, weight) -> {
            if (weight == null || !(weight >= LEAST && weight <= MOST))
                throw new IllegalArgumentException(
                        "plan: the weight of class " + name + " must be between 0.000001 and 1000000, was " + weight);
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    }

    /**
     * The weight of each class; 1 for classes without a name here.
     *
     * @throws IllegalArgumentException when a name is not a class
     */
    static double[] of(Map<String, Double> weights, List<String> classes) {
        for (String name : weights.keySet()) {
            if (!classes.contains(name))
                throw new IllegalArgumentException("plan: a weight is given for class " + name
                        + ", which the data does not have; its classes are " + classes);
        }
        return classes.stream().mapToDouble(c -> weights.getOrDefault(c, 1.0)).toArray();
    }
}
