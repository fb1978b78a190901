package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Replaces each value v by 255 - v; torchvision's {@code RandomInvert(probability)}.
 *
 * @param probability that it happens, 0 to 1
 */
public record Invert(double probability) implements Operation {
    /** Checks the range. */
    public Invert {
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Tones::invert);
    }
}
