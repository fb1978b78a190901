package dev.graft.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.torch.BlasThreads;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Threads;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is chosen, and what is said of it, on drawn features. */
class HeadFitterTest {
    private static final int WIDTH = 16;

    @BeforeAll
    static void oneThread() {
        Threads.set(1);
    }

    /** Normal features around a mean of each class. */
    static HeadData drawn(int pictures, int classes, double signal, long seed, IntUnaryOperator label) {
        double[][] means = new double[classes][WIDTH];
        SplittableRandom centers = new SplittableRandom(11);
        for (double[] mean : means) for (int f = 0; f < WIDTH; f++) mean[f] = signal * centers.nextGaussian();
        SplittableRandom random = new SplittableRandom(seed);
        int[] labels = IntStream.range(0, pictures).map(label).toArray();
        float[] values = new float[pictures * WIDTH];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) (3 + means[labels[i / WIDTH]][i % WIDTH] + random.nextGaussian());
        return new HeadData(Tensor.create(values, pictures, WIDTH), List.of(), labels, classes, true);
    }

    private static FittedHead fit(HeadData data) {
        return new HeadFitter(5, 1).fit(data).orElseThrow();
    }

    private static int[] predicted(LinearHead head, HeadData data) {
        try (NativeScope scope = NativeScope.open()) {
            double[] x = Design.doubles(data.features().to(torch.ScalarType.Double));
            return IntStream.range(0, data.pictures())
                    .map(i -> IntStream.range(0, data.classes())
                            .boxed()
                            .max((a, b) -> Double.compare(logit(head, x, i, a), logit(head, x, i, b)))
                            .orElseThrow())
                    .toArray();
        }
    }

    private static double logit(LinearHead head, double[] x, int i, int c) {
        double z = head.bias().length == 0 ? 0 : head.bias()[c];
        for (int f = 0; f < WIDTH; f++) z += head.weight()[c * WIDTH + f] * x[i * WIDTH + f];
        return z;
    }

    private static double accuracy(int[] predicted, HeadData data) {
        return IntStream.range(0, predicted.length)
                        .filter(i -> predicted[i] == data.labels()[i])
                        .count()
                / (double) predicted.length;
    }

    /** At unit variance the classes' means differ by so much that three in four are told apart at best. */
    @Test
    void fit_foldsAccuracy_isThatOfOtherPictures_andProbabilitiesAreCalibrated() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(300, 3, 0.35, 1, i -> i % 3);
            HeadData others = drawn(900, 3, 0.35, 2, i -> i % 3);
            FittedHead fitted = fit(data);
            Trial chosen = fitted.choice().tried().get(fitted.choice().chosen());
            double seen = accuracy(predicted(fitted.head(), others), others);
            assertTrue(seen > 0.6 && seen < 0.95, "the task is neither hopeless nor easy: " + seen);
            assertEquals(seen, chosen.accuracy().value(), 3 * chosen.accuracy().error());
            assertEquals(
                    loss(fitted.head(), others),
                    chosen.loss().value(),
                    3 * chosen.loss().error());
            assertEquals(
                    accuracy(fitted.outOfFold().predicted(), data),
                    chosen.accuracy().value(),
                    1e-12);
            assertTrue(fitted.choice().tried().stream()
                    .allMatch(t -> t.loss().value() >= chosen.loss().value() - 0.01));
        }
    }

    private static double loss(LinearHead head, HeadData data) {
        double[] x = Design.doubles(data.features().to(torch.ScalarType.Double));
        double sum = 0;
        for (int i = 0; i < data.pictures(); i++) {
            double all = 0;
            for (int c = 0; c < data.classes(); c++) all += Math.exp(logit(head, x, i, c));
            sum += Math.log(all) - logit(head, x, i, data.labels()[i]);
        }
        return sum / data.pictures();
    }

    @ParameterizedTest
    @CsvSource({"4, 2", "7, 3", "12, 2", "60, 30", "400, 200"})
    void fit_fewPicturesOrManyClasses_givesAHead(int pictures, int classes) {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(pictures, classes, 2, 1, i -> i % classes);
            FittedHead fitted = fit(data);
            assertTrue(accuracy(predicted(fitted.head(), data), data) > 0.9);
            for (float w : fitted.head().weight()) assertTrue(Float.isFinite(w));
            for (float b : fitted.head().bias()) assertTrue(Float.isFinite(b));
        }
    }

    @Test
    void fit_sameSeed_givesSameNumbers() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(40, 2, 0.5, 1, i -> i % 2);
            FittedHead one = new HeadFitter(5, 3).fit(data).orElseThrow();
            FittedHead again = new HeadFitter(5, 3).fit(data).orElseThrow();
            FittedHead other = new HeadFitter(5, 4).fit(data).orElseThrow();
            assertArrayEquals(one.head().weight(), again.head().weight());
            assertEquals(one.choice(), again.choice());
            assertArrayEquals(one.outOfFold().probability(), again.outOfFold().probability());
            assertNotEquals(one.choice(), other.choice());
        }
    }

    /** One of a hundred: at equal weights it is hardly ever named. */
    /** Small fits take one thread, and the setting holds again afterwards. */
    @Test
    void fit_anyNumberOfThreads_sameNumbers() {
        HeadData data = drawn(300, 3, 0.5, 9, i -> i % 3);
        float[] one = fit(data).head().weight();
        Threads.set(2);
        try {
            Set<Integer> within = new HashSet<>();
            HeadFitter fitter = new HeadFitter(5, 1).stopWhen(() -> {
                within.add(torch.get_num_threads());
                return false;
            });
            assertArrayEquals(one, fitter.fit(data).orElseThrow().head().weight());
            assertEquals(Set.of(1), within);
            assertEquals(2, torch.get_num_threads());
            assertEquals(2, BlasThreads.now());
        } finally {
            Threads.set(1);
        }
    }

    @Test
    void fit_imbalance_triesWeights_andTakesThemOnlyWhereTheyCostLittle() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(606, 2, 0.45, 1, i -> i % 101 == 0 ? 1 : 0);
            HeadChoice choice = fit(data).choice();
            List<Trial> equal = choice.tried().stream()
                    .filter(t -> t.setting().weighting() == Weighting.EQUAL)
                    .toList();
            assertEquals(2, choice.tried().size() - equal.size(), choice.toString());
            Trial chosen = choice.tried().get(choice.chosen());
            Trial best = equal.stream()
                    .filter(t -> t.setting().penalty() == chosen.setting().penalty())
                    .findFirst()
                    .orElseThrow();
            assertTrue(chosen.balancedAccuracy() >= best.balancedAccuracy(), choice.toString());
            assertEquals(600.0 / 606, choice.majority(), 1e-12);
        }
    }

    @Test
    void fit_wrongLabel_isTheLeastProbable() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData right = drawn(80, 2, 1, 1, i -> i % 2);
            int[] labels = right.labels().clone();
            labels[31] = 0;
            FittedHead fitted = fit(new HeadData(right.features(), List.of(), labels, 2, true));
            double[] p = fitted.outOfFold().probability();
            assertEquals(
                    31,
                    IntStream.range(0, p.length)
                            .reduce((a, b) -> p[a] <= p[b] ? a : b)
                            .orElseThrow());
        }
    }

    @Test
    void fit_classesOfOnePicture_areNamed_andNotJudged() {
        try (NativeScope scope = NativeScope.open()) {
            FittedHead some = fit(drawn(21, 3, 2, 1, i -> i == 20 ? 2 : i % 2));
            assertEquals(List.of(2), some.choice().alone());
            assertEquals(-1, some.outOfFold().predicted()[20]);
            assertTrue(Double.isNaN(some.outOfFold().probability()[20]));
            HeadData all = drawn(3, 3, 4, 1, i -> i);
            FittedHead none = fit(all);
            assertTrue(none.choice().tried().isEmpty());
            assertEquals(1, accuracy(predicted(none.head(), all), all));
        }
    }

    /** Views with noise of their own help, views that say nothing do not. */
    @Test
    void fit_views_areTakenWhereTheyHelp() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(60, 2, 0.4, 1, i -> i % 2);
            List<Tensor> good = IntStream.range(0, 8)
                    .mapToObj(k -> drawn(60, 2, 0.4, 100 + k, i -> i % 2).features())
                    .toList();
            List<Tensor> bad = IntStream.range(0, 8)
                    .mapToObj(k -> drawn(60, 2, 0.4, 100 + k, i -> i / 2 % 2).features())
                    .toList();
            assertTrue(chosen(data, good).setting().views());
            assertTrue(!chosen(data, bad).setting().views());
        }
    }

    private static Trial chosen(HeadData data, List<Tensor> views) {
        HeadChoice choice = fit(new HeadData(data.features(), views, data.labels(), 2, true))
                .choice();
        assertEquals(1, choice.tried().stream().filter(t -> t.setting().views()).count());
        return choice.tried().get(choice.chosen());
    }

    @Test
    void fit_headWithoutBias_hasNone() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(60, 2, 1, 1, i -> i % 2);
            FittedHead fitted = fit(new HeadData(data.features(), List.of(), data.labels(), 2, false));
            assertEquals(0, fitted.head().bias().length);
            assertTrue(accuracy(predicted(fitted.head(), data), data) > 0.85);
        }
    }

    @Test
    void fit_constantFeatures_nameTheLargestClass() {
        try (NativeScope scope = NativeScope.open()) {
            float[] same = new float[30 * WIDTH];
            Arrays.fill(same, 2);
            int[] labels = IntStream.range(0, 30).map(i -> i < 20 ? 1 : 0).toArray();
            HeadData data = new HeadData(Tensor.create(same, 30, WIDTH), List.of(), labels, 2, true);
            assertEquals(20.0 / 30, accuracy(predicted(fit(data).head(), data), data), 1e-12);
        }
    }

    @Test
    void fit_stopped_givesNothing() {
        try (NativeScope scope = NativeScope.open()) {
            HeadData data = drawn(12, 2, 1, 1, i -> i % 2);
            assertTrue(new HeadFitter(5, 1).stopWhen(() -> true).fit(data).isEmpty());
        }
    }

    /** Every picture four times under four times the penalty is the same problem, but has more rows than features. */
    @ParameterizedTest
    @CsvSource({"2,2,true", "6,2,true", "9,3,false", "15,5,true"})
    void at_fewerPicturesThanFeatures_isTheOptimumOfAllFeatures(int pictures, int classes, boolean bias) {
        try (NativeScope scope = NativeScope.open()) {
            HeadData drawn = drawn(pictures, classes, 1, 3, i -> i % classes);
            HeadData few = new HeadData(drawn.features(), List.of(), drawn.labels(), classes, bias);
            HeadData many = few;
            while (many.pictures() <= WIDTH) many = twice(many);
            double times = many.pictures() / (double) few.pictures();
            LinearHead one = HeadFitter.at(few, 0.5);
            LinearHead other = HeadFitter.at(many, 0.5 * times);
            assertArrayEquals(other.weight(), one.weight(), 1e-5f);
            assertArrayEquals(other.bias(), one.bias(), 1e-5f);
        }
    }

    private static HeadData twice(HeadData data) {
        int[] labels = IntStream.concat(Arrays.stream(data.labels()), Arrays.stream(data.labels()))
                .toArray();
        Tensor features = torch.cat(new TensorVector(data.features(), data.features()), 0);
        return new HeadData(features, List.of(), labels, data.classes(), data.bias());
    }
}
