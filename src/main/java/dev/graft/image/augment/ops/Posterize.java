package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Keeps the upper bits of each value; torchvision's {@code RandomPosterize(bits, probability)}.
 *
 * @param bits that are kept, 1 to 8; 8 changes nothing
 * @param probability that it happens, 0 to 1
 */
public record Posterize(int bits, double probability) implements Operation {
    /** Checks the range. */
    public Posterize {
        if (bits < 1 || bits > 8)
            throw new IllegalArgumentException("augmentation: posterize keeps 1 to 8 bits, was " + bits);
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Tones.posterize(bits));
    }
}
