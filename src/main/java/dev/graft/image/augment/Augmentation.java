package dev.graft.image.augment;

import dev.graft.image.augment.ops.Edit;
import dev.graft.image.augment.ops.Erasing;
import dev.graft.image.augment.ops.Operation;
import dev.graft.image.augment.ops.RandAugment;
import dev.graft.image.augment.ops.TrivialAugment;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Random changes of training pictures: a part of random size, shape and position is resized to the network's input size
 * and may be mirrored; then operations change the pixels. Equal to torchvision's {@code RandomResizedCrop(size, area,
 * ratio)} and {@code RandomHorizontalFlip(flip)}, and then the transforms that the {@link Operation}s name.
 *
 * @param area of the part, as a fraction of the picture's area, above 0 and at most 1
 * @param ratio of the part's width to its height
 * @param flip the probability that the part is mirrored left to right, 0 to 1
 * @param operations on the resized part, in this order
 */
public record Augmentation(Range area, Range ratio, double flip, List<Operation> operations) {
    /** torchvision's defaults: 8% to 100% of the picture, 3:4 to 4:3, mirrored with probability 0.5. */
    public static final Augmentation STANDARD =
            new Augmentation(new Range(0.08, 1), new Range(3.0 / 4.0, 4.0 / 3.0), 0.5);

    /** Half of the picture or more, 3:4 to 4:3, mirrored with probability 0.5. */
    public static final Augmentation LIGHT = new Augmentation(new Range(0.5, 1), STANDARD.ratio(), 0.5);

    /** {@link #STANDARD}, then {@link TrivialAugment#STANDARD}. */
    public static final Augmentation TRIVIAL = STANDARD.with(TrivialAugment.STANDARD);

    /** {@link #STANDARD}, then {@link RandAugment#STANDARD}. */
    public static final Augmentation RAND = STANDARD.with(RandAugment.STANDARD);

    /** {@link #TRIVIAL}, then a rectangle erased with probability 0.1: the pictures of torchvision's training recipe. */
    public static final Augmentation STRONG = TRIVIAL.with(Erasing.STANDARD.withProbability(0.1));

    private static final int TRIES = 10;

    /** Checks the ranges. */
    public Augmentation {
        if (area.to > 1)
            throw new IllegalArgumentException("area must be at most 1, the whole picture, was up to " + area.to);
        if (!(flip >= 0 && flip <= 1)) throw new IllegalArgumentException("flip must be between 0 and 1, was " + flip);
        operations = List.copyOf(operations);
    }

    /** Only crop and flip. */
    public Augmentation(Range area, Range ratio, double flip) {
        this(area, ratio, flip, List.of());
    }

    /** The same with one more operation at the end. */
    public Augmentation with(Operation last) {
        return new Augmentation(
                area,
                ratio,
                flip,
                Stream.concat(operations.stream(), Stream.of(last)).toList());
    }

    /**
     * A range of numbers.
     *
     * @param from above 0
     * @param to at least {@code from}, finite
     */
    public record Range(double from, double to) {
        /** Checks the order. */
        public Range {
            if (!(from > 0 && from <= to && to < Double.POSITIVE_INFINITY))
                throw new IllegalArgumentException("a range must have 0 < from <= to, was " + from + " to " + to);
        }

        private double at(double share) {
            return from + (to - from) * share;
        }
    }

    /**
     * Draws a part of a picture with torchvision's algorithm. Up to ten times, an area is drawn uniformly and a ratio
     * uniformly in its logarithm, until the part fits into the picture. Then its top, its left and the flip are drawn.
     * If none fits, it is the largest central part with an allowed ratio. (torchvision draws in float32; this uses
     * float64.)
     *
     * @param width of the picture in pixels, at least 1
     * @param height of the picture in pixels, at least 1
     * @param uniform gives random numbers in [0, 1)
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

    /**
     * Draws what the operations do.
     *
     * @param width of the resized part in pixels, at least 1
     * @param height of the resized part in pixels, at least 1
     * @param uniform gives random numbers in [0, 1)
     */
    public Edit edit(int width, int height, DoubleSupplier uniform) {
        Edit all = Edit.NONE;
        for (Operation one : operations) all = all.then(one.draw(width, height, uniform));
        return all;
    }

    private View middle(int width, int height, boolean mirrored) {
        double shape = (double) width / height;
        int w = shape > ratio.to ? Math.max(1, round(height * ratio.to)) : width;
        int h = shape < ratio.from ? Math.max(1, round(width / ratio.from)) : height;
        return new View((height - h) / 2, (width - w) / 2, h, w, mirrored);
    }

    private static int round(double x) {
        return (int) Math.rint(x); // Python's round: ties to even
    }
}
