package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Spreads the values of each channel evenly; torchvision's {@code RandomEqualize(probability)}.
 *
 * @param probability that it happens, 0 to 1
 */
public record Equalize(double probability) implements Operation {
    /** Checks the range. */
    public Equalize {
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Tones::equalize);
    }
}
