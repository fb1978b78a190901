package dev.graft.image.augment.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class OperationPropertiesTest {
    @Provide
    static Arbitrary<Operation> any() {
        return Arbitraries.of(EveryOperation.LIST);
    }

    @Provide
    static Arbitrary<Operation> neutral() {
        return Arbitraries.of(EveryOperation.neutral().collect(Collectors.toList()));
    }

    private static Canvas noise(int width, int height, long seed) {
        Canvas canvas = new Canvas(width, height);
        new Random(seed).nextBytes(canvas.rgb());
        return canvas;
    }

    private static byte[] edited(Operation operation, Canvas canvas, long seed) {
        Random numbers = new Random(seed);
        operation.draw(canvas.width(), canvas.height(), numbers::nextDouble).apply(canvas);
        return canvas.rgb();
    }

    /** Whatever was left in the canvas by the picture before. */
    @Property(tries = 150)
    void anySize_worksAndDependsOnNothingElse(
            @ForAll("any") Operation operation,
            @ForAll @IntRange(min = 1, max = 24) int width,
            @ForAll @IntRange(min = 1, max = 24) int height,
            @ForAll long seed) {
        byte[] first = edited(operation, noise(width, height, seed), seed);
        assertEquals(3 * width * height, first.length);
        Canvas used = noise(width, height, seed + 1);
        edited(EveryOperation.LIST.get(0), used, seed);
        System.arraycopy(noise(width, height, seed).rgb(), 0, used.rgb(), 0, first.length);
        assertArrayEquals(first, edited(operation, used, seed));
    }

    @Property(tries = 150)
    void neutral_changesNothing(
            @ForAll("neutral") Operation operation,
            @ForAll @IntRange(min = 1, max = 24) int width,
            @ForAll @IntRange(min = 1, max = 24) int height,
            @ForAll long seed) {
        byte[] before = noise(width, height, seed).rgb();
        assertArrayEquals(before, edited(operation, noise(width, height, seed), seed), operation.toString());
    }

    /** Means and moved pixels: a picture of one colour keeps it, if the fill has it too. */
    @Property(tries = 50)
    void oneColour_staysUnderMovesAndBlurs(
            @ForAll @IntRange(max = 255) int value,
            @ForAll @IntRange(min = 1, max = 24) int width,
            @ForAll @IntRange(min = 1, max = 24) int height,
            @ForAll long seed) {
        Rgb colour = new Rgb(value, value, value);
        Resampling smooth = new Resampling(Interpolation.BILINEAR, colour);
        for (Operation o : new Operation[] {
            new Affine(
                    Interval.around0(180),
                    1,
                    1,
                    new Interval(0.1, 9),
                    Interval.around0(60),
                    Interval.around0(60),
                    smooth),
            new Rotation(Interval.around0(360), smooth),
            new Perspective(1, 1, smooth),
            new Blur(23, new Interval(0.1, 9)),
            new Sharpness(3, 1),
            new Crop(50, Border.CONSTANT, colour)
        }) {
            Canvas canvas = new Canvas(width, height);
            Arrays.fill(canvas.rgb(), (byte) value);
            byte[] after = edited(o, canvas, seed);
            for (byte b : after) assertTrue(b == (byte) value, o + " gives " + (b & 255) + " for " + value);
        }
    }
}
