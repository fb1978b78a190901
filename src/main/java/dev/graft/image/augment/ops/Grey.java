package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Makes a picture grey, with three equal channels; torchvision's {@code RandomGrayscale(probability)}.
 *
 * @param probability that it happens, 0 to 1
 */
public record Grey(double probability) implements Operation {
    /** Checks the range. */
    public Grey {
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Colours::grey);
    }
}
