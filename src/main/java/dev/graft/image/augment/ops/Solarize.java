package dev.graft.image.augment.ops;

import java.util.function.DoubleSupplier;

/**
 * Inverts the values from a threshold on; torchvision's {@code RandomSolarize(threshold, probability)}.
 *
 * @param threshold 0 to 256; 256 changes nothing
 * @param probability that it happens, 0 to 1
 */
public record Solarize(double threshold, double probability) implements Operation {
    /** Checks the range. */
    public Solarize {
        if (!(threshold >= 0 && threshold <= 256))
            throw new IllegalArgumentException(
                    "augmentation: the threshold of solarize must be 0 to 256, was " + threshold);
        Chance.check(probability);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        return Chance.of(probability, uniform, Tones.solarize(threshold));
    }
}
