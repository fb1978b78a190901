package dev.graft.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfusionMatrixTest {
    static List<GoldenScores> cases() throws IOException {
        return GoldenScores.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_equalsScikitLearn(GoldenScores golden) {
        ConfusionMatrix matrix = ConfusionMatrix.of(golden.scores());
        int sum = 0;
        for (int actual = 0; actual < matrix.classes(); actual++)
            for (int predicted = 0; predicted < matrix.classes(); predicted++) {
                int expected = golden.expected()
                        .get("confusion")
                        .get(actual)
                        .get(predicted)
                        .asInt();
                assertEquals(expected, matrix.count(actual, predicted), actual + " taken for " + predicted);
                assertEquals(expected, matrix.counts()[actual][predicted]);
                sum += expected;
            }
        assertEquals(golden.scores().classes(), matrix.classes());
        assertEquals(sum, matrix.total());
    }

    @Test
    void of_noSamples_isEmpty() {
        ConfusionMatrix matrix = ConfusionMatrix.of(GoldenScores.scores(new int[0]));
        assertEquals(0, matrix.classes());
        assertEquals(0, matrix.total());
        assertEquals(0, matrix.counts().length);
    }

    @Test
    void counts_isACopy() {
        ConfusionMatrix matrix = ConfusionMatrix.of(GoldenScores.scores(new int[] {1}, new float[] {3, 2}));
        matrix.counts()[1][0] = 7;
        assertEquals(1, matrix.count(1, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.count(2, 0));
    }
}
