package dev.graft.image.augment.ops;

import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * Gives a random rectangle one colour; torchvision's {@code RandomErasing(probability, area, ratio, value)}. Up to ten
 * times an area and a shape are drawn, until the rectangle is smaller than the picture in both directions; if none is,
 * nothing is erased.
 *
 * @param area of the rectangle, as a fraction of the picture's, 0 to 1
 * @param ratio of its height to its width, above 0; uniform in its logarithm
 * @param fill its colour; in torchvision the value is usually 0 after the normalisation, which is the mean colour
 * @param probability that it happens, 0 to 1
 */
public record Erasing(Interval area, Interval ratio, Rgb fill, double probability) implements Operation {
    /** torchvision's ranges (2% to 33% of the picture, 0.3 to 3.3), in the mean colour of ImageNet. */
    public static final Erasing STANDARD =
            new Erasing(new Interval(0.02, 0.33), new Interval(0.3, 3.3), new Rgb(124, 116, 104), 0.5);

    private static final int TRIES = 10;

    /** Checks the ranges. */
    public Erasing {
        area.within("the area to erase", 0, 1);
        if (ratio.from() <= 0)
            throw new IllegalArgumentException(
                    "augmentation: the ratio of erasing must be above 0, was " + ratio.from() + " to " + ratio.to());
        Objects.requireNonNull(fill, "fill");
        Chance.check(probability);
    }

    /** The same with another probability. */
    public Erasing withProbability(double p) {
        return new Erasing(area, ratio, fill, p);
    }

    @Override
    public Edit draw(int width, int height, DoubleSupplier uniform) {
        if (!Chance.hits(probability, uniform)) return Edit.NONE;
        Interval logarithm = new Interval(StrictMath.log(ratio.from()), StrictMath.log(ratio.to()));
        for (int i = 0; i < TRIES; i++) {
            double pixels = (double) width * height * area.at(uniform.getAsDouble());
            double shape = StrictMath.exp(logarithm.at(uniform.getAsDouble()));
            double h = Math.rint(Math.sqrt(pixels * shape));
            double w = Math.rint(Math.sqrt(pixels / shape));
            if (h >= height || w >= width) continue;
            int top = (int) (uniform.getAsDouble() * (height - h + 1));
            int left = (int) (uniform.getAsDouble() * (width - w + 1));
            return Moves.erase(top, left, (int) h, (int) w, fill);
        }
        return Edit.NONE;
    }
}
