package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Turns top and bottom over; torchvision's {@code RandomVerticalFlip(probability)}.
 *
 * @param probability that it happens, 0 to 1
 */
public record VerticalFlip(double probability) implements Operation {
    /** Checks the range. */
    public VerticalFlip {
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Moves::flipTopBottom);
    }
}
