package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Stretches the values of each channel to 0 to 255; torchvision's {@code RandomAutocontrast(probability)}.
 *
 * @param probability that it happens, 0 to 1
 */
public record AutoContrast(double probability) implements Operation {
    /** Checks the range. */
    public AutoContrast {
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Tones::autoContrast);
    }
}
