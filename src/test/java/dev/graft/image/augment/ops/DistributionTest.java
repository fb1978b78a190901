package dev.graft.image.augment.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.SeededView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/**
 * How often is drawn what: chi-square tests of counts with fixed seeds, at the level 0.001. With n draws into k classes,
 * a test sees an effect w (Cohen's: the root of the sum of (p - p0)^2 / p0) with a probability of at least 0.99 if n w^2
 * is at least the noncentrality stated at it.
 */
class DistributionTest {
    private static final int MANY = 20_000;

    private static DoubleSupplier numbers(int picture, int view) {
        return new SeededView(Augmentation.STANDARD, 11, view)
                .numbers(("picture " + picture).getBytes(StandardCharsets.UTF_8));
    }

    /** Counts what a function says of each of many views of many pictures. */
    private static int[] counts(int classes, ToIntFunction<DoubleSupplier> drawn) {
        int[] counts = new int[classes];
        for (int i = 0; i < MANY; i++) counts[drawn.applyAsInt(numbers(i / 4, i % 4))]++;
        return counts;
    }

    private static double chiSquare(int[] counts) {
        double expected = (double) Arrays.stream(counts).sum() / counts.length;
        return Arrays.stream(counts)
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
    }

    /** 13 degrees of freedom: above 34.5 with probability 0.001. Noncentrality 53, so w = 0.051: one choice 19% too often. */
    @Test
    void choices_areEquallyFrequent() {
        int[] counts = counts(14, numbers -> RandomChoice.drawn(numbers).ordinal());
        assertTrue(chiSquare(counts) < 34.5, Arrays.toString(counts));
    }

    /**
     * The bins of TrivialAugment of its rotations. 30 degrees of freedom: 59.7; noncentrality 68,
     * so with the about 1,430 rotations w = 0.22: one bin 2.2 times as often.
     */
    @Test
    void bins_areEquallyFrequent() {
        int[] counts = new int[31];
        for (int i = 0; i < MANY; i++) {
            DoubleSupplier numbers = numbers(i / 4, i % 4);
            if (RandomChoice.drawn(numbers) != RandomChoice.ROTATE) continue;
            counts[(int) (numbers.getAsDouble() * 31)]++;
        }
        assertTrue(chiSquare(counts) < 59.7, Arrays.toString(counts));
    }

    /** One degree of freedom: 10.8; noncentrality 31.5, so w = 0.04: a side with 52% instead of 50%. */
    @Test
    void signs_areEquallyFrequent() {
        int[] counts = counts(2, numbers -> {
            Canvas canvas = new Canvas(3, 1);
            canvas.rgb()[3] = 100;
            RandomChoice.BRIGHTNESS
                    .signed(15, 31, TrivialAugment.REACH, numbers, Resampling.NEAREST)
                    .apply(canvas);
            return (canvas.rgb()[3] & 255) > 100 ? 1 : 0;
        });
        assertTrue(chiSquare(counts) < 10.8, Arrays.toString(counts));
    }

    /** 23 degrees of freedom: 49.7; noncentrality 62, so w = 0.056: one order 27% too often. */
    @Test
    void orders_areEquallyFrequent() {
        int[] counts = counts(24, numbers -> number(ColourJitter.order(numbers)));
        assertTrue(chiSquare(counts) < 49.7, Arrays.toString(counts));
    }

    /** The place of an order of 0 to 3 among all of them. */
    private static int number(int[] order) {
        int number = 0;
        for (int i = 0; i < 4; i++) {
            int smaller = 0;
            for (int j = i + 1; j < 4; j++) if (order[j] < order[i]) smaller++;
            number = number * (4 - i) + smaller;
        }
        return number;
    }

    /** One degree of freedom: 10.8; noncentrality 31.5: w = 0.04, so 0.3 is told from 0.318. */
    @Test
    void probability_isTheFrequency() {
        int[] counts = counts(2, numbers -> new Invert(0.3).draw(64, 48, numbers) == Edit.NONE ? 0 : 1);
        double expected = 0.3 * MANY;
        double square = (counts[1] - expected) * (counts[1] - expected) / (expected * 0.7);
        assertTrue(square < 10.8, Arrays.toString(counts));
    }

    /** The corners of a crop: 12 degrees of freedom of 13 places, 32.9; noncentrality 52, so w = 0.051: one place 18% too often. */
    @Test
    void cropPlaces_areEquallyFrequent() {
        for (boolean down : new boolean[] {true, false}) {
            int[] counts = counts(13, numbers -> {
                Canvas marked = new Canvas(down ? 1 : 13, down ? 13 : 1);
                Arrays.fill(marked.rgb(), 18, 21, (byte) 1);
                new Crop(6, Border.EDGE, Rgb.BLACK)
                        .draw(marked.width(), marked.height(), numbers)
                        .apply(marked);
                for (int i = 0; i < 13; i++) if (marked.rgb()[3 * i] == 1) return i;
                throw new AssertionError("the mark is gone");
            });
            assertTrue(chiSquare(counts) < 32.9, Arrays.toString(counts));
        }
    }

    /**
     * The erased areas are those of torchvision's ranges: mean share within 4 standard errors of the mean of the areas that
     * fit, which for a square picture are nearly all; seen is a shift of 6 standard errors, 0.004 of the picture.
     */
    @Test
    void erasedAreas_haveTheirMean() {
        Erasing erasing = new Erasing(new Interval(0.02, 0.33), new Interval(0.5, 2), new Rgb(1, 1, 1), 1);
        double sum = 0;
        int pictures = 2_000;
        for (int i = 0; i < pictures; i++) {
            Canvas canvas = new Canvas(100, 100);
            erasing.draw(100, 100, numbers(i, 0)).apply(canvas);
            int erased = 0;
            for (byte b : canvas.rgb()) erased += b;
            sum += erased / 30_000.0;
        }
        assertEquals(0.175, sum / pictures, 4 * 0.31 / Math.sqrt(12) / Math.sqrt(pictures));
    }

    /** Another view, seed or picture has other changes. */
    @Test
    void views_differ() {
        Set<Integer> seen = new HashSet<>();
        Operation affine = EveryOperation.LIST.get(0);
        for (int i = 0; i < 40; i++) {
            Canvas canvas = EditsTest.drawn(64, 48, false);
            affine.draw(64, 48, numbers(i / 4, i % 4)).apply(canvas);
            seen.add(Arrays.hashCode(canvas.rgb()));
        }
        assertEquals(40, seen.size());
    }
}
