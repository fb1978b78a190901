package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Mirrors left to right; torchvision's {@code RandomHorizontalFlip(probability)}.
 *
 * @param probability that it happens, 0 to 1
 */
public record HorizontalFlip(double probability) implements Operation {
    /** Checks the range. */
    public HorizontalFlip {
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Moves::flipLeftRight);
    }
}
