package dev.graft.metrics;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics of samples with any number of labels, against scikit-learn (tools/golden_multilabel.py). */
class MultiLabelMetricsTest {
    private static final double TOLERANCE = 1e-11;
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Golden(String name, Scores scores, JsonNode expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Golden> cases() throws IOException {
        List<Golden> all = new ArrayList<>();
        try (InputStream in = MultiLabelMetricsTest.class.getResourceAsStream("/golden/multilabel/cases.jsonl")) {
            for (String line : new String(in.readAllBytes()).split("\n")) {
                JsonNode node = JSON.readTree(line);
                int[][] has = JSON.treeToValue(node.get("has"), int[][].class);
                double[] thresholds = JSON.treeToValue(node.get("thresholds"), double[].class);
                all.add(new Golden(
                        node.get("name").asText(),
                        scores(has, thresholds, JSON.treeToValue(node.get("logits"), float[][].class)),
                        node));
            }
        }
        return all;
    }

    private static Scores scores(int[][] has, double[] thresholds, float[]... logits) {
        boolean[][] sets = new boolean[has.length][];
        for (int i = 0; i < has.length; i++) {
            sets[i] = new boolean[has[i].length];
            for (int c = 0; c < has[i].length; c++) sets[i][c] = has[i][c] == 1;
        }
        List<Double> values = IntStream.range(0, thresholds.length)
                .mapToObj(c -> thresholds[c])
                .toList();
        return Scores.multiLabel(
                IntStream.range(0, has.length).toArray(), new LabelSets(sets, new LabelThresholds(values)), logits);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_equalsScikitLearn(Golden golden) {
        JsonNode values = golden.expected().get("values");
        assertEquals(Metrics.multiLabel().size(), values.size());
        assertAll(Metrics.multiLabel().stream()
                .map(m -> () -> assertEquals(
                        GoldenScores.number(values.get(m.name())), m.of(golden.scores()), TOLERANCE, m.name())));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void perClass_equalsScikitLearn(Golden golden) {
        JsonNode labels = golden.expected().get("labels");
        for (PerClass c : PerClass.of(golden.scores())) {
            assertEquals(number(labels, "support", c), c.support());
            assertEquals(number(labels, "precision", c), c.precision(), TOLERANCE);
            assertEquals(number(labels, "recall", c), c.recall(), TOLERANCE);
            assertEquals(number(labels, "f1", c), c.f1(), TOLERANCE);
            assertEquals(number(labels, "roc_auc", c), c.rocAuc(), TOLERANCE);
            assertEquals(number(labels, "average_precision", c), c.averagePrecision(), TOLERANCE);
        }
    }

    private static double number(JsonNode labels, String name, PerClass c) {
        return GoldenScores.number(labels.get(name).get(c.label()));
    }

    /** The cases tell apart what is easily confused. */
    @Test
    void cases_tellMetricsApart() throws IOException {
        List<Golden> all = cases();
        for (Metric a : Metrics.multiLabel())
            for (Metric b : Metrics.multiLabel())
                assertTrue(
                        a == b || all.stream().anyMatch(g -> Math.abs(a.of(g.scores()) - b.of(g.scores())) > 0.01),
                        a.name() + " and " + b.name());
    }

    @Test
    void named_microF1AndHammingLoss_areThoseOfOneClassToo() {
        Scores one = GoldenScores.scores(new int[] {0, 1, 1, 0}, new float[][] {{1, 0}, {0, 1}, {1, 0}, {3, 0}});
        assertEquals(0.75, Metrics.named("micro_f1").of(one));
        assertEquals(0.25, Metrics.named("hamming_loss").of(one));
    }

    @Test
    void metricsOfOneClass_areRefusedByName() {
        for (Metric m : Metrics.all()) {
            if (m.isForMultiLabel()) continue;
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Metrics.requireMultiLabel(m));
            assertTrue(e.getMessage().contains(m.name()) && e.getMessage().contains("micro_f1"), e.getMessage());
        }
        Metrics.multiLabel().forEach(Metrics::requireMultiLabel);
    }

    @Test
    void scores_ofLabelSets_haveNoClassOfASample() {
        Scores s = scores(new int[][] {{1, 1}, {0, 0}}, new double[] {0.5, 0.5}, new float[][] {{1, 2}, {-1, 1}});
        assertTrue(s.has(0, 1) && s.predicts(1, 1) && !s.predicts(1, 0));
        assertEquals(1, s.correct());
        assertEquals(0.5, s.accuracy());
        assertEquals(LabelThresholds.sigmoid(2), s.probabilities()[0][1]);
        assertThrows(IllegalStateException.class, s::labels);
        assertThrows(IllegalStateException.class, () -> ConfusionMatrix.of(s));
        assertThrows(IllegalStateException.class, () -> Metrics.cohenKappa().of(s));
    }

    @Test
    void thresholds_areExclusive() {
        LabelThresholds t = new LabelThresholds(List.of(0.5, 0.0, 1.0));
        assertFalse(t.isAbove(0, 0));
        assertTrue(t.isAbove(0, 0.01f));
        assertTrue(t.isAbove(1, -80));
        assertFalse(t.isAbove(2, 80));
        assertFalse(t.isAbove(1, Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> new LabelThresholds(List.of(1.5)));
        assertThrows(IllegalArgumentException.class, () -> new LabelThresholds(List.of(Double.NaN)));
        assertEquals(List.of(0.5, 0.5), LabelThresholds.even(2).values());
    }

    @Test
    void scores_whereNumbersDoNotFit_areRefused() {
        LabelThresholds two = LabelThresholds.even(2);
        int[] one = {0};
        float[][] logits = {{1, 2}};
        assertThrows(
                IllegalArgumentException.class,
                () -> Scores.multiLabel(one, new LabelSets(new boolean[1][3], two), logits));
        assertThrows(
                IllegalArgumentException.class,
                () -> Scores.multiLabel(one, new LabelSets(new boolean[2][2], two), logits));
        assertThrows(
                IllegalArgumentException.class,
                () -> Scores.multiLabel(one, new LabelSets(new boolean[1][2], LabelThresholds.even(3)), logits));
        Scores none = Scores.multiLabel(new int[0], new LabelSets(new boolean[0][], two), new float[0][]);
        assertArrayEquals(new int[0], none.samples());
        for (Metric m : Metrics.multiLabel()) assertTrue(Double.isNaN(m.of(none)), m.name());
    }
}
