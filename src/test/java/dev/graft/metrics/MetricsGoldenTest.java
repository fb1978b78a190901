package dev.graft.metrics;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsGoldenTest {
    /** The file has 13 digits, of numbers up to 10. */
    private static final double TOLERANCE = 1e-11;

    static List<GoldenScores> cases() throws IOException {
        return GoldenScores.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_equalsScikitLearn(GoldenScores golden) {
        assertAll(golden.expected().get("values").properties().stream()
                .map(e -> () -> assertEquals(
                        GoldenScores.number(e.getValue()),
                        Metrics.named(e.getKey()).of(golden.scores()),
                        TOLERANCE,
                        e.getKey())));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void confidenceThreshold_equalsNumPy(GoldenScores golden) {
        assertAll(golden.expected().get("known").properties().stream().map(e -> () -> {
            double wanted = Double.parseDouble(e.getKey());
            Optional<ConfidenceThreshold> chosen = ConfidenceThreshold.forAccuracy(golden.scores(), wanted);
            assertEquals(e.getValue().isNull(), chosen.isEmpty(), e.getKey());
            if (chosen.isEmpty()) return;
            assertEquals(e.getValue().get(0).asInt(), chosen.get().answered());
            assertEquals(e.getValue().get(1).asInt(), chosen.get().correct());
            assertEquals(e.getValue().get(2).asDouble(), chosen.get().value(), TOLERANCE);
            assertEquals(golden.scores().count(), chosen.get().samples());
        }));
    }

    @Test
    void confidenceThreshold_withoutNumbersOrSamples() {
        Scores nan = GoldenScores.scores(new int[] {0, 0}, new float[] {1, 0}, new float[] {Float.NaN, 0});
        assertEquals(1, ConfidenceThreshold.forAccuracy(nan, 1).orElseThrow().answered());
        assertEquals(Optional.empty(), ConfidenceThreshold.forAccuracy(GoldenScores.scores(new int[0]), 0.5));
        assertThrows(IllegalArgumentException.class, () -> ConfidenceThreshold.forAccuracy(nan, 1.5));
    }

    @Test
    void cases_holdEveryMetric() throws IOException {
        Set<String> known = Stream.concat(
                        Metrics.all().stream().map(Metric::name),
                        Stream.of("top1_accuracy", "top2_accuracy", "top3_accuracy"))
                .collect(Collectors.toCollection(TreeSet::new));
        for (GoldenScores golden : cases()) {
            Iterable<String> names = () -> golden.expected().get("values").fieldNames();
            assertEquals(
                    known,
                    StreamSupport.stream(names.spliterator(), false).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** The cases tell apart what is easily confused: no two metrics are the same in all of them. */
    @Test
    void cases_tellMetricsApart() throws IOException {
        List<Scores> all = cases().stream().map(GoldenScores::scores).toList();
        List<Metric> metrics = Stream.concat(Metrics.all().stream(), Stream.of(Metrics.topK(2), Metrics.topK(3)))
                .toList();
        for (Metric a : metrics)
            for (Metric b : metrics)
                assertTrue(
                        a == b || all.stream().anyMatch(s -> Math.abs(a.of(s) - b.of(s)) > 0.01),
                        a.name() + " and " + b.name());
    }
}
