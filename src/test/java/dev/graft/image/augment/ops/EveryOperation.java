package dev.graft.image.augment.ops;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operations of each kind, with parameters that all differ from each other. */
public final class EveryOperation {
    private static final Resampling SMOOTH = new Resampling(Interpolation.BILINEAR, new Rgb(1, 2, 3));
    private static final Resampling ROUGH = new Resampling(Interpolation.NEAREST, new Rgb(9, 9, 9));

    public static final List<Operation> LIST = List.of(
            new Affine(
                    new Interval(-31, 42),
                    0.25,
                    0.75,
                    new Interval(0.25, 4),
                    new Interval(-20, 30),
                    new Interval(-40, 50),
                    SMOOTH),
            new AutoContrast(0.75),
            new Blur(7, new Interval(0.5, 1.5)),
            new ColourJitter(
                    new Interval(0.5, 2), new Interval(0, 1), new Interval(0.25, 3), new Interval(-0.25, 0.375)),
            new Crop(3, Border.SYMMETRIC, new Rgb(4, 5, 6)),
            new Equalize(0.5),
            Erasing.STANDARD.withProbability(0.875),
            new Grey(0.25),
            new HorizontalFlip(0.5),
            new Invert(0.5),
            new Perspective(0.625, 0.75, ROUGH),
            new Posterize(2, 0.75),
            new RandAugment(3, 7, 9, SMOOTH),
            new Rotation(new Interval(-180, 180), ROUGH),
            new Sharpness(4, 0.75),
            new Solarize(99.5, 0.75),
            new Sometimes(List.of(new Invert(0.25), new Grey(1)), 0.5),
            new TrivialAugment(13, ROUGH),
            new VerticalFlip(0.5));

    static {
        Set<Class<?>> kinds = LIST.stream().map(Object::getClass).collect(Collectors.toSet());
        if (!kinds.equals(Set.of(Operation.class.getPermittedSubclasses())))
            throw new AssertionError("an operation is missing here; there are "
                    + Arrays.toString(Operation.class.getPermittedSubclasses()));
    }

    private EveryOperation() {}

    /** Operations that change nothing. */
    static Stream<Operation> neutral() {
        Interval same = Interval.of(1);
        Interval none = Interval.of(0);
        return Stream.of(Resampling.NEAREST, Resampling.BILINEAR)
                .flatMap(how -> Stream.of(
                        new Affine(none, 0, 0, same, none, none, how),
                        new Rotation(none, how),
                        new Perspective(0, 1, how),
                        new RandAugment(0, 0, 31, how),
                        new Blur(1, same),
                        new ColourJitter(same, same, same, none),
                        new Crop(0, Border.EDGE, Rgb.BLACK),
                        Erasing.STANDARD.withProbability(0),
                        new Posterize(8, 1),
                        new Solarize(256, 1),
                        new Sharpness(1, 1),
                        new HorizontalFlip(0),
                        new VerticalFlip(0),
                        new Grey(0),
                        new Invert(0),
                        new Equalize(0),
                        new AutoContrast(0),
                        new Sometimes(LIST, 0)));
    }
}
