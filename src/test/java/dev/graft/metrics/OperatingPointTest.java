package dev.graft.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases are from tools/golden_operating.py: NumPy, pair by pair. */
class OperatingPointTest {
    private static final double TOLERANCE = 1e-10;
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<JsonNode> cases() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (var in = OperatingPointTest.class.getResourceAsStream("/golden/operating/cases.jsonl")) {
            for (String line : new String(in.readAllBytes()).split("\n")) all.add(JSON.readTree(line));
        }
        return all;
    }

    private static Scores scores(JsonNode golden) throws IOException {
        return GoldenScores.scores(
                JSON.treeToValue(golden.get("labels"), int[].class),
                JSON.treeToValue(golden.get("logits"), float[][].class));
    }

    @ParameterizedTest(name = "case {index}")
    @MethodSource("cases")
    void everyCase_equalsTheDefinition(JsonNode golden) throws IOException {
        Scores scores = scores(golden);
        int positive = golden.get("positive").asInt();
        RocAucEstimate area = RocAucEstimate.of(scores, positive);
        assertEquals(golden.get("area").asDouble(), area.area(), TOLERANCE);
        assertEquals(golden.get("error").asDouble(), area.error(), TOLERANCE);
        for (JsonNode expected : golden.get("points")) {
            OperatingPoint point = OperatingPoint.bySensitivity(
                    scores, positive, expected.get("wanted").asDouble());
            assertEquals(expected.get("threshold").asDouble(), point.threshold(), TOLERANCE);
            int[] counts = {point.truePositives(), point.falseNegatives(), point.trueNegatives(), point.falsePositives()
            };
            for (int i = 0; i < counts.length; i++)
                assertEquals(expected.get("counts").get(i).asInt(), counts[i], expected.toString());
            assertEquals(point, OperatingPoint.at(scores, positive, point.threshold()));
            Proportion[] fractions = {point.sensitivity(), point.specificity(), point.ppv(), point.npv()};
            for (int i = 0; i < fractions.length; i++) {
                JsonNode wilson = expected.get("wilson").get(i);
                assertEquals(GoldenScores.number(wilson.get(0)), fractions[i].low(), TOLERANCE);
                assertEquals(GoldenScores.number(wilson.get(1)), fractions[i].high(), TOLERANCE);
            }
        }
    }

    /** No higher threshold reaches the wanted sensitivity; the next double above the chosen one does not. */
    @Test
    void bySensitivity_isTheHighestThreshold() throws IOException {
        for (JsonNode golden : cases()) {
            Scores scores = scores(golden);
            int positive = golden.get("positive").asInt();
            for (double wanted : new double[] {0.1, 1.0 / 3, 0.7, 1}) {
                OperatingPoint point = OperatingPoint.bySensitivity(scores, positive, wanted);
                assertTrue(point.sensitivity().value() >= wanted);
                double above = Math.nextUp(point.threshold());
                if (above <= 1)
                    assertTrue(OperatingPoint.at(scores, positive, above)
                                    .sensitivity()
                                    .value()
                            < wanted);
            }
        }
    }

    @Test
    void interval_staysWithinZeroAndOne_andIsWiderWithFewerSamples() throws IOException {
        for (JsonNode golden : cases()) {
            Interval i = RocAucEstimate.of(
                            scores(golden), golden.get("positive").asInt())
                    .interval();
            assertTrue(0 <= i.low() && i.low() <= i.high() && i.high() <= 1, golden.get("name") + " " + i);
        }
        assertTrue(new Proportion(9, 10).low() < new Proportion(900, 1000).low());
        assertEquals(0, new Proportion(0, 7).low());
        assertEquals(1, new Proportion(7, 7).high());
    }

    @Test
    void tooFewSamples_haveNoInterval_andNoOperatingPoint() {
        float[][] logits = {{0, 1}, {1, 0}};
        Scores one = GoldenScores.scores(new int[] {1, 0}, logits);
        assertEquals(1, RocAucEstimate.of(one, 1).area());
        assertTrue(Double.isNaN(RocAucEstimate.of(one, 1).interval().low()));
        Scores none = GoldenScores.scores(new int[] {0, 0}, logits);
        assertTrue(Double.isNaN(RocAucEstimate.of(none, 1).area()));
        assertRefuses("no picture is of the positive class", () -> OperatingPoint.bySensitivity(none, 1, 0.9));
        Scores empty = GoldenScores.scores(new int[0]);
        assertTrue(Double.isNaN(RocAucEstimate.of(empty, 1).area()));
        assertRefuses("no picture", () -> OperatingPoint.bySensitivity(empty, 1, 0.9));
        assertTrue(Double.isNaN(OperatingPoint.at(empty, 1, 0.5).ppv().value()));
    }

    @Test
    void wrongArguments_areNamed() {
        Scores scores = GoldenScores.scores(new int[] {1, 0}, new float[][] {{0, 1}, {1, 0}});
        assertRefuses("positive: must be the index of a class, 0 to 1, was 2", () -> RocAucEstimate.of(scores, 2));
        assertRefuses("0 to 1, was -1", () -> OperatingPoint.bySensitivity(scores, -1, 0.5));
        assertRefuses("sensitivity: must be more than 0", () -> OperatingPoint.bySensitivity(scores, 1, 0));
        assertRefuses("was NaN", () -> OperatingPoint.bySensitivity(scores, 1, Double.NaN));
        assertRefuses("threshold: must be from 0 to 1", () -> OperatingPoint.at(scores, 1, 1.5));
        assertRefuses("count must be 0 to 3, was 4", () -> new Proportion(4, 3));
        Scores nan = GoldenScores.scores(new int[] {1, 0}, new float[][] {{0, Float.NaN}, {1, 0}});
        assertRefuses("not numbers", () -> OperatingPoint.bySensitivity(nan, 1, 1));
        assertTrue(Double.isNaN(RocAucEstimate.of(nan, 1).error()));
    }

    private static void assertRefuses(String part, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
