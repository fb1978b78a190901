package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Blurs a picture or sharpens it; torchvision's {@code RandomAdjustSharpness(factor, probability)}.
 *
 * @param factor 0 is a blurred picture, 1 changes nothing, 2 doubles what the blur would take away; at least 0, finite
 * @param probability that it happens, 0 to 1
 */
public record Sharpness(double factor, double probability) implements Operation {
    /** Checks the range. */
    public Sharpness {
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException(
                    "augmentation: the factor of sharpness must be at least 0 and finite, was " + factor);
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Blurs.sharpness(factor));
    }
}
