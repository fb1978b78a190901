package dev.graft.plan;

import java.util.Map;
import java.util.Optional;

/** How much the pictures of each class count in the loss. */
public sealed interface ClassWeights {
    /** All classes count the same. */
    ClassWeights NONE = new None();

    /** The fewer pictures a class has, the more each of them counts. */
    ClassWeights BALANCED = new Balanced();

    /**
     * The weight of each class, in the order of the logits; empty where all count the same.
     *
     * @throws IllegalArgumentException when they cannot be made for these classes
     */
    Optional<double[]> of(ClassSizes sizes);

    /** All classes count the same. */
    record None() implements ClassWeights {
        @Override
        public Optional<double[]> of(ClassSizes sizes) {
            return Optional.empty();
        }
    }

    /**
     * Pictures / (classes * pictures of the class), among the training pictures: scikit-learn's {@code
     * class_weight="balanced"}. All classes together count the same then, and the mean over the training pictures is 1.
     */
    record Balanced() implements ClassWeights {
        @Override
        public Optional<double[]> of(ClassSizes sizes) {
            if (sizes.pictures().isEmpty())
                throw new IllegalArgumentException("plan: balanced class weights are made from the numbers of training"
                        + " pictures, which are not known here; give ClassSizes, or weights by name");
            int empty = sizes.pictures().indexOf(0);
            if (empty >= 0)
                throw new IllegalArgumentException("plan: balanced class weights need training pictures of each class, "
                        + sizes.classes().get(empty) + " has none; add some, or give weights by name");
            double all = sizes.pictures().stream().mapToLong(n -> n).sum();
            int classes = sizes.classes().size();
            return Optional.of(sizes.pictures().stream()
                    .mapToDouble(n -> all / ((double) classes * n))
                    .toArray());
        }
    }

    /**
     * Weights by the classes' names.
     *
     * @param weights class to weight, 0.000001 to 1,000,000, at least one; a class that is not named has 1
     */
    record ByName(Map<String, Double> weights) implements ClassWeights {
        /** Checks the ranges. */
        public ByName {
            weights = NamedWeights.checked(weights);
        }

        @Override
        public Optional<double[]> of(ClassSizes sizes) {
            return Optional.of(NamedWeights.of(weights, sizes.classes()));
        }
    }
}
