package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/** Changes that are made with a probability: one number is drawn for it, always, as in torchvision. */
final class Chance {
    private Chance() {}

    static void check(double probability) {
        if (!(probability >= 0 && probability <= 1))
            throw new IllegalArgumentException(
                    "augmentation: the probability must be between 0 and 1, was " + probability);
    }

    static boolean hits(double probability, DoubleSupplier uniform) {
        return uniform.getAsDouble() < probability;
    }

    static Edit of(double probability, DoubleSupplier uniform, Edit edit) {
        return hits(probability, uniform) ? edit : Edit.NONE;
    }
}
