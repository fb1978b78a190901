package dev.graft.metrics;

import static dev.graft.metrics.GoldenScores.scores;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
    private static final double EXACT = 1e-15;

    static Stream<Metric> metrics() {
        return Stream.concat(Metrics.all().stream(), Stream.of(Metrics.topK(1), Metrics.topK(5)));
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void named_itsName_givesIt(Metric metric) {
        assertEquals(metric, Metrics.named(metric.name()));
        Set<String> losses = Set.of("loss", "ece", "brier");
        assertEquals(!losses.contains(metric.name()), metric.higherIsBetter(), metric.name());
    }

    @Test
    void factories_giveTheMetricOfTheirName() {
        assertEquals(
                List.of(
                        Metrics.accuracy(),
                        Metrics.loss(),
                        Metrics.macroPrecision(),
                        Metrics.macroRecall(),
                        Metrics.macroF1(),
                        Metrics.balancedAccuracy(),
                        Metrics.cohenKappa(),
                        Metrics.rocAuc(),
                        Metrics.averagePrecision(),
                        Metrics.expectedCalibrationError(),
                        Metrics.brier()),
                Stream.of(
                                "accuracy",
                                "loss",
                                "macro_precision",
                                "macro_recall",
                                "macro_f1",
                                "balanced_accuracy",
                                "cohen_kappa",
                                "roc_auc",
                                "average_precision",
                                "ece",
                                "brier")
                        .map(Metrics::named)
                        .toList());
        assertEquals(Metrics.topK(12), Metrics.named("top12_accuracy"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "f1", "Accuracy", "top0_accuracy", "top_accuracy", "top05_accuracy", "top9999999999_accuracy"
            })
    void named_unknown_listsTheNames(String name) {
        assertEquals(
                "metric: unknown name \"" + name
                        + "\", expected one of accuracy, loss, macro_precision, macro_recall,"
                        + " macro_f1, balanced_accuracy, cohen_kappa, roc_auc, average_precision, ece, brier, micro_f1,"
                        + " hamming_loss, top5_accuracy (or another k)",
                assertThrows(IllegalArgumentException.class, () -> Metrics.named(name))
                        .getMessage());
    }

    @Test
    void topK_lessThanOne_isRefused() {
        assertEquals(
                "top-k accuracy: k was 0, expected 1 or more",
                assertThrows(IllegalArgumentException.class, () -> Metrics.topK(0))
                        .getMessage());
    }

    @Test
    void topK_equalLogits_firstClassIsGreater() {
        Scores s = scores(new int[] {0, 1, 2}, row(1, 1, 1), row(1, 1, 1), row(1, 1, 1));
        assertEquals(1 / 3.0, Metrics.topK(1).of(s), EXACT);
        assertEquals(2 / 3.0, Metrics.topK(2).of(s), EXACT);
        assertEquals(1, Metrics.topK(3).of(s));
        assertEquals(1, Metrics.topK(4).of(s));
        assertEquals(1, Metrics.topK(1).of(scores(new int[1], row(-0f, 0f))));
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void of_noSamples_isNaN(Metric metric) {
        assertEquals(Double.NaN, metric.of(scores(new int[0])));
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void of_oneClassOnly_isDefinedSaveWhatComparesClasses(Metric metric) {
        double expected =
                switch (metric.name()) {
                    case "cohen_kappa", "roc_auc" -> Double.NaN;
                    case "loss", "ece", "brier" -> 0;
                    default -> 1;
                };
        assertEquals(expected, metric.of(scores(new int[2], row(3), row(-1))), metric.name());
    }

    @Test
    void loss_greatLogits_isNotClipped() {
        assertEquals(2000, Metrics.loss().of(scores(new int[1], row(-1000, 1000))));
        assertEquals(Double.POSITIVE_INFINITY, Metrics.loss().of(scores(new int[1], row(Float.NEGATIVE_INFINITY, 0))));
    }

    /** Both probabilities are 1 in double, yet the second sample is the more certain. */
    @Test
    void rocAuc_twoClasses_isNotRounded() {
        Scores s = scores(new int[] {0, 1}, row(0, 50), row(0, 60));
        assertEquals(1, Metrics.rocAuc().of(s));
        assertEquals(1, Metrics.averagePrecision().of(s));
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void of_nan_countsAsPredictedOrMakesItNaN(Metric metric) {
        boolean counted = Set.of("cohen_kappa", "balanced_accuracy").contains(metric.name())
                || metric.name().matches("macro.*|.*accuracy");
        for (int classes : new int[] {2, 3}) {
            float[] broken = new float[classes];
            broken[1] = Float.NaN;
            float[] first = new float[classes];
            first[0] = 1;
            Scores s = scores(new int[] {1, 0, 1, 0}, broken, broken, first, first);
            assertEquals(!counted, Double.isNaN(metric.of(s)), metric.name());
        }
        Scores s = scores(new int[] {1, 0}, row(0, Float.NaN), row(0, Float.NaN));
        assertEquals(0.5, Metrics.topK(1).of(s));
        assertEquals(0.5, Metrics.accuracy().of(s));
    }

    /** A probability of 1/3 is the upper edge of the fifth bin; a little more lies in the sixth. In one bin the two would cancel. */
    @Test
    void ece_upperEdge_belongsToTheBin() {
        Scores s = scores(new int[] {0, 1}, row(0, 0, 0), row(0.03f, 0, -0.09f));
        double[][] p = s.probabilities();
        assertFalse(p[1][0] <= 1 / 3.0);
        assertEquals(
                (1 - p[0][0] + p[1][0]) / 2, Metrics.expectedCalibrationError().of(s), EXACT);
    }

    /** A second or two for each; work that grows with the square of the samples would take minutes. */
    @Test
    @Timeout(60)
    void of_manySamplesAndClasses_isFast() {
        Random random = new Random(1);
        int[] labels = random.ints(50_000, 0, 100).toArray();
        float[][] logits = new float[labels.length][100];
        for (float[] row : logits) for (int c = 0; c < row.length; c++) row[c] = random.nextFloat() * 8;
        Scores s = scores(labels, logits);
        for (Metric metric : Metrics.all()) assertFalse(Double.isNaN(metric.of(s)), metric.name());
    }

    private static float[] row(float... logits) {
        return logits;
    }
}
