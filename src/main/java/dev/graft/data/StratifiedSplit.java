package dev.graft.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Splits the pictures of each class into training and validation.
 *
 * <p>The result is the same on every machine for the same names, fraction and seed: the shuffle is our own code, and
 * {@link SplittableRandom#nextLong} (SplitMix64) and {@link String#hashCode} give the same numbers everywhere. Each
 * class has its own generator, so adding a class does not change the split of the others.
 */
record StratifiedSplit(double validationFraction, long seed) {
    StratifiedSplit {
        if (!(validationFraction > 0 && validationFraction < 1))
            throw new IllegalArgumentException(
                    "validationFraction must be between 0 and 1 (both excluded), was " + validationFraction);
    }

    /** Chooses which of {@code n} pictures (at least 2) go to validation: at least one, and not all. */
    BitSet validationOf(String className, int n) {
        int wanted = (int) Math.round(n * validationFraction);
        int size = Math.max(1, Math.min(n - 1, wanted));
        SplittableRandom random = new SplittableRandom(seed ^ ((long) className.hashCode() << 32));
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = (int) Long.remainderUnsigned(random.nextLong(), i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        BitSet chosen = new BitSet(n);
        for (int i = 0; i < size; i++) chosen.set(order[i]);
        return chosen;
    }

    /** The elements whose index is in {@code chosen} (or is not, if {@code in} is false), in their order. */
    static <T> List<T> select(List<T> all, BitSet chosen, boolean in) {
        List<T> selected = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) if (chosen.get(i) == in) selected.add(all.get(i));
        return selected;
    }
}
