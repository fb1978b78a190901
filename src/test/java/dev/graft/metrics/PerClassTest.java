package dev.graft.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PerClassTest {
    static List<GoldenScores> cases() throws IOException {
        return GoldenScores.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_equalsScikitLearn(GoldenScores golden) {
        List<PerClass> classes = PerClass.of(golden.scores());
        assertEquals(golden.scores().classes(), classes.size());
        JsonNode expected = golden.expected().get("classes");
        for (int c = 0; c < classes.size(); c++) {
            PerClass found = classes.get(c);
            assertEquals(c, found.label());
            assertSame(expected, "support", c, found.support());
            assertSame(expected, "precision", c, found.precision());
            assertSame(expected, "recall", c, found.recall());
            assertSame(expected, "f1", c, found.f1());
            assertSame(expected, "roc_auc", c, found.rocAuc());
            assertSame(expected, "average_precision", c, found.averagePrecision());
        }
    }

    private static void assertSame(JsonNode expected, String name, int c, double found) {
        assertEquals(
                GoldenScores.number(expected.get(name).get(c)),
                found,
                1e-12, // the file has 13 digits
                name + " of class " + c);
    }

    @Test
    void of_noSamples_isEmpty() {
        assertEquals(List.of(), PerClass.of(GoldenScores.scores(new int[0])));
    }

    @Test
    void of_oneClass_hasNoRest() {
        assertEquals(
                List.of(new PerClass(0, 1, 1, 1, 1, Double.NaN, 1)),
                PerClass.of(GoldenScores.scores(new int[1], new float[] {3})));
    }
}
