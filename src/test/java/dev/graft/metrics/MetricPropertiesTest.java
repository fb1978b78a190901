package dev.graft.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MetricPropertiesTest {
    private static final double CLOSE = 1e-12;

    @Provide
    static Arbitrary<Scores> any() {
        return scores(Arbitraries.integers().between(1, 7));
    }

    @Provide
    static Arbitrary<Scores> twoClasses() {
        return scores(Arbitraries.just(2));
    }

    /** Logits are quarters, so that some are equal. */
    private static Arbitrary<Scores> scores(Arbitrary<Integer> classes) {
        return Combinators.combine(
                        classes,
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers(),
                        Arbitraries.integers().between(1, 40))
                .as((k, n, seed, spread) -> {
                    Random random = new Random(seed);
                    float[][] logits = new float[n][k];
                    for (float[] row : logits)
                        for (int c = 0; c < k; c++) row[c] = (random.nextInt(2 * spread) - spread) / 4f;
                    return GoldenScores.scores(random.ints(n, 0, k).toArray(), logits);
                });
    }

    @Property
    void values_lieInTheirRange(@ForAll("any") Scores s) {
        for (Metric metric : Metrics.all()) {
            double value = metric.of(s);
            double least = metric.equals(Metrics.cohenKappa()) ? -1 : 0;
            double most =
                    switch (metric.name()) {
                        case "loss" -> Double.POSITIVE_INFINITY;
                        case "brier" -> 2;
                        default -> 1;
                    };
            assertTrue(Double.isNaN(value) || value >= least && value <= most + CLOSE, metric.name() + " " + value);
        }
    }

    @Property
    void order_ofSamples_doesNotMatter(@ForAll("any") Scores s, @ForAll Random random) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, s.count()).boxed().toList());
        Collections.shuffle(order, random);
        Scores shuffled = new Scores(
                order.stream().mapToInt(i -> s.samples()[i]).toArray(),
                order.stream().mapToInt(i -> s.labels()[i]).toArray(),
                order.stream().map(i -> s.logits()[i]).toArray(float[][]::new));
        for (Metric metric : Metrics.all()) assertEquals(metric.of(s), metric.of(shuffled), CLOSE, metric.name());
    }

    @Property
    void accuracy_isTop1AndTheDiagonal(@ForAll("any") Scores s) {
        ConfusionMatrix matrix = ConfusionMatrix.of(s);
        int diagonal =
                IntStream.range(0, s.classes()).map(c -> matrix.count(c, c)).sum();
        assertEquals((double) diagonal / s.count(), Metrics.accuracy().of(s));
        assertEquals(Metrics.topK(1).of(s), Metrics.accuracy().of(s));
        assertEquals(s.count(), matrix.total());
        assertEquals(
                s.count(),
                Arrays.stream(matrix.counts()).flatMapToInt(Arrays::stream).sum());
    }

    @Property
    void topK_growsWithK(@ForAll("any") Scores s) {
        for (int k = 1; k < s.classes(); k++)
            assertTrue(Metrics.topK(k).of(s) <= Metrics.topK(k + 1).of(s));
        assertEquals(1, Metrics.topK(s.classes()).of(s));
    }

    @Property
    void perfect_isTheBest(@ForAll("any") Scores s) {
        float[][] logits = new float[s.count()][s.classes()];
        for (int i = 0; i < s.count(); i++) logits[i][s.labels()[i]] = 1000;
        Scores perfect = new Scores(s.samples(), s.labels(), logits);
        boolean compared = Arrays.stream(s.labels()).distinct().count() > 1;
        for (Metric metric : Metrics.all()) {
            double value = metric.of(perfect);
            if (compared || !Double.isNaN(value))
                assertEquals(metric.higherIsBetter() ? 1 : 0, value, CLOSE, metric.name());
        }
        assertEquals(compared ? 1 : Double.NaN, Metrics.cohenKappa().of(perfect));
    }

    /** Pair by pair, as ROC-AUC is defined. */
    @Property
    void rocAuc_isTheShareOfPairsInOrder(@ForAll("twoClasses") Scores s) {
        double pairs = 0;
        double ordered = 0;
        for (int i = 0; i < s.count(); i++)
            for (int j = 0; j < s.count(); j++)
                if (s.labels()[i] == 1 && s.labels()[j] == 0) {
                    pairs++;
                    ordered += (1 + Float.compare(margin(s, i), margin(s, j))) / 2.0;
                }
        assertEquals(ordered / pairs, Metrics.rocAuc().of(s), CLOSE);
    }

    private static float margin(Scores s, int i) {
        return s.logits()[i][1] - s.logits()[i][0] + 0f; // -0 is 0
    }

    @Property
    void rankings_monotoneMap_doesNotChangeThem(@ForAll("twoClasses") Scores s) {
        float[][] logits = new float[s.count()][];
        for (int i = 0; i < logits.length; i++) logits[i] = new float[] {5, 5 + (float) Math.cbrt(margin(s, i))};
        Scores mapped = new Scores(s.samples(), s.labels(), logits);
        assertEquals(Metrics.rocAuc().of(s), Metrics.rocAuc().of(mapped));
        assertEquals(
                Metrics.averagePrecision().of(s), Metrics.averagePrecision().of(mapped));
    }

    @Property
    void rocAuc_swappedClasses_isTheSame(@ForAll("twoClasses") Scores s) {
        List<PerClass> classes = PerClass.of(s);
        assertEquals(classes.get(0).rocAuc(), classes.get(1).rocAuc(), CLOSE);
    }

    @Property
    void values_constantAddedToARow_doesNotChangeThem(@ForAll("any") Scores s) {
        float[][] logits = new float[s.count()][s.classes()];
        for (int i = 0; i < s.count(); i++)
            for (int c = 0; c < s.classes(); c++) logits[i][c] = s.logits()[i][c] + 8 * i;
        Scores moved = new Scores(s.samples(), s.labels(), logits);
        for (Metric metric : Metrics.all()) assertEquals(metric.of(s), metric.of(moved), CLOSE, metric.name());
    }
}
