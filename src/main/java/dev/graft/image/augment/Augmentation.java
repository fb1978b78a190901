package dev.graft.image.augment;

import java.util.function.DoubleSupplier;

/**
 * How a training picture is varied: a part of it, of random size, shape and place, is resized to the network's size and perhaps
 * mirrored. torchvision's {@code RandomResizedCrop(size, area, ratio)} and {@code RandomHorizontalFlip(flip)}.
 *
 * @param area of the part, as a share of the picture's, 0 to 1
 * @param ratio of the part's width to its height
 * @param flip how probable it is that the part is mirrored left to right, 0 to 1
 */
public record Augmentation(Range area, Range ratio, double flip) {
    /** torchvision's defaults: 8% to all of the picture, 3:4 to 4:3, every second one mirrored. */
    public static final Augmentation STANDARD =
            new Augmentation(new Range(0.08, 1), new Range(3.0 / 4.0, 4.0 / 3.0), 0.5);

    private static final int TRIES = 10;

    /** Checks the ranges. */
    public Augmentation {
        if (area.to > 1)
            throw new IllegalArgumentException("area must end at 1, the whole picture, at most, was " + area);
        if (!(flip >= 0 && flip <= 1)) throw new IllegalArgumentException("flip must be between 0 and 1, was " + flip);
    }

    /**
     * Numbers between two ends.
     *
     * @param from above 0
     * @param to at least {@code from}
     */
    public record Range(double from, double to) {
        /** Checks the order. */
        public Range {
            if (!(from > 0 && from <= to && to < Double.POSITIVE_INFINITY))
                throw new IllegalArgumentException("a range has 0 < from <= to, was " + from + " to " + to);
        }

        private double at(double share) {
            return from + (to - from) * share;
        }
    }

    /**
     * Draws a part of a picture. The algorithm is torchvision's: ten times an area is drawn uniformly and a ratio uniformly in its
     * logarithm, until the part fits into the picture, and then its top, its left and whether it is mirrored; when none fits, the
     * largest part in the middle that has an allowed ratio. (torchvision draws in float32; this is all in float64.)
     *
     * @param width of the picture in pixels, at least 1
     * @param height of the picture in pixels, at least 1
     * @param uniform gives numbers from 0 to below 1
     */
    public View draw(int width, int height, DoubleSupplier uniform) {
        double low = StrictMath.log(ratio.from); // the same on every machine
        double high = StrictMath.log(ratio.to);
        for (int i = 0; i < TRIES; i++) {
            double pixels = (double) width * height * area.at(uniform.getAsDouble());
            double shape = StrictMath.exp(low + (high - low) * uniform.getAsDouble());
            int w = round(Math.sqrt(pixels * shape));
            int h = round(Math.sqrt(pixels / shape));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int top = (int) (uniform.getAsDouble() * (height - h + 1));
                int left = (int) (uniform.getAsDouble() * (width - w + 1));
                return new View(top, left, h, w, uniform.getAsDouble() < flip);
            }
        }
        return middle(width, height, uniform.getAsDouble() < flip);
    }

    private View middle(int width, int height, boolean mirrored) {
        double shape = (double) width / height;
        int w = shape > ratio.to ? Math.max(1, round(height * ratio.to)) : width;
        int h = shape < ratio.from ? Math.max(1, round(width / ratio.from)) : height;
        return new View((height - h) / 2, (width - w) / 2, h, w, mirrored);
    }

    private static int round(double x) {
        return (int) Math.rint(x); // Python's round: a half goes to the even number
    }
}
