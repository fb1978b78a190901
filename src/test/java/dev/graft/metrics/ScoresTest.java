package dev.graft.metrics;

import static dev.graft.metrics.GoldenScores.scores;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ScoresTest {
    private static final float NAN = Float.NaN;
    private static final float INFINITE = Float.POSITIVE_INFINITY;

    private static float[] row(float... logits) {
        return logits;
    }

    private static void assertRefused(String message, Executable wrong) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, wrong).getMessage());
    }

    @Test
    void lengths_differ_areRefused() {
        assertRefused(
                "scores: number of labels was 1, expected 2, one for each sample",
                () -> new Scores(new int[2], new int[1], new float[2][3]));
        assertRefused(
                "scores: number of rows of logits was 3, expected 2, one for each sample",
                () -> new Scores(new int[2], new int[2], new float[3][3]));
    }

    @Test
    void raggedRow_isRefused() {
        assertRefused(
                "scores: number of logits in row 1 was 2, expected 3 as in the first row",
                () -> scores(new int[2], row(1, 2, 3), row(1, 2)));
    }

    @Test
    void labelOutOfRange_isRefused() {
        String end = ", expected 0 or more and less than 2, the number of classes";
        assertRefused("scores: label in row 1 was 2" + end, () -> scores(new int[] {1, 2}, row(1, 2), row(1, 2)));
        assertRefused("scores: label in row 0 was -1" + end, () -> scores(new int[] {-1}, row(1, 2)));
        assertRefused(
                "scores: label in row 0 was 0, expected 0 or more and less than 0, the number of classes",
                () -> scores(new int[1], row()));
    }

    @Test
    void negativeSample_isRefused() {
        assertRefused(
                "scores: sample index in row 1 was -3, expected 0 or more",
                () -> new Scores(new int[] {4, -3}, new int[2], new float[2][2]));
    }

    @Test
    void counts_areThoseOfTheArrays() {
        Scores s = new Scores(new int[] {7, 3}, new int[] {2, 0}, new float[][] {{1, 2, 3}, {1, 3, 2}});
        assertEquals(2, s.count());
        assertEquals(3, s.classes());
        assertEquals(1, s.correct());
        assertEquals(0.5, s.accuracy());
    }

    @Test
    void noSamples_haveNoClassesAndNoAccuracy() {
        Scores none = scores(new int[0]);
        assertEquals(0, none.count());
        assertEquals(0, none.classes());
        assertEquals(0, none.correct());
        assertEquals(Double.NaN, none.accuracy());
        assertEquals(0, none.probabilities().length);
    }

    @Test
    void predicted_isTheFirstOfTheGreatest() {
        Scores s = scores(new int[4], row(1, 3, 3), row(2, 2, 2), row(-0f, 0f, -1), row(-INFINITE, -5, -INFINITE));
        assertArrayEquals(
                new int[] {1, 0, 0, 1}, new int[] {s.predicted(0), s.predicted(1), s.predicted(2), s.predicted(3)});
    }

    @Test
    void predicted_nan_isTheGreatest() {
        Scores s = scores(new int[3], row(1, NAN, INFINITE), row(NAN, NAN, 9), row(INFINITE, 1, NAN));
        assertArrayEquals(new int[] {1, 0, 2}, new int[] {s.predicted(0), s.predicted(1), s.predicted(2)});
    }

    @Test
    void probabilities_greatLogits_doNotOverflow() {
        double[][] p = scores(new int[4], row(1e30f, 1e30f), row(-1e30f, 1e30f), row(3000, 2999), row(-3000, -2999))
                .probabilities();
        double part = 1 / (1 + Math.E);
        assertArrayEquals(new double[] {0.5, 0.5}, p[0]);
        assertArrayEquals(new double[] {0, 1}, p[1]);
        assertArrayEquals(new double[] {1 - part, part}, p[2], 1e-15);
        assertArrayEquals(new double[] {part, 1 - part}, p[3], 1e-15);
    }

    @Test
    void probabilities_notFinite_areThoseOfPyTorch() {
        double[][] p = scores(new int[4], row(1, NAN), row(INFINITE, 1), row(-INFINITE, -INFINITE), row(-INFINITE, 1))
                .probabilities();
        double[] none = {Double.NaN, Double.NaN};
        assertArrayEquals(none, p[0]);
        assertArrayEquals(none, p[1]);
        assertArrayEquals(none, p[2]);
        assertArrayEquals(new double[] {0, 1}, p[3]);
    }
}
