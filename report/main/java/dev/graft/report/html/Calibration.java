package dev.graft.report.html;

import dev.graft.metrics.Metrics;
import dev.graft.metrics.Scores;
import java.util.List;

/** How often a model is right when it is so sure: pictures in bins by the probability of the predicted class. */
final class Calibration {
    /** The same bins as in the expected calibration error. */
    static final int BINS = 15;

    private static final int WIDTH = 460;
    private static final int HEIGHT = 320;
    private static final int LEFT = 72;
    private static final int RIGHT = 440;
    private static final int TOP = 14;
    private static final int BOTTOM = 212;
    private static final int COUNTS_TOP = 224;
    private static final int COUNTS_BOTTOM = 272;

    private final Scores scores;
    private final int[] counts = new int[BINS];
    private final int[] right = new int[BINS];
    private final double[] sure = new double[BINS];

    private Calibration(Scores scores) {
        this.scores = scores;
        double[][] probabilities = scores.probabilities();
        for (int i = 0; i < scores.count(); i++) {
            int predicted = scores.predicted(i);
            double p = probabilities[i][predicted];
            int bin = bin(p);
            counts[bin]++;
            sure[bin] += p;
            if (predicted == scores.labels()[i]) right[bin]++;
        }
    }

    /** The first whose upper edge is at least as large; NaN goes into the first. */
    private static int bin(double p) {
        int bin = 0;
        while (bin < BINS - 1 && p > (bin + 1) / (double) BINS) bin++;
        return bin;
    }

    static Chart of(String id, Scores scores) {
        return new Calibration(scores).draw(id);
    }

    private Chart draw(String id) {
        double error = Metrics.expectedCalibrationError().of(scores);
        Svg svg = new Svg(id, WIDTH, HEIGHT, "Calibration", description(error));
        frame(svg);
        int most = 1;
        for (int n : counts) most = Math.max(most, n);
        for (int bin = 0; bin < BINS; bin++) if (counts[bin] > 0) bin(svg, bin, most);
        svg.line("ideal", x(0), y(0), x(1), y(1));
        svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
        svg.line("axis", LEFT, COUNTS_BOTTOM, RIGHT, COUNTS_BOTTOM);
        return new Chart(
                "Calibration",
                svg.end(),
                List.of(),
                "Expected calibration error " + Text.number(error, 4)
                        + ". A bar below the dashed line: the model is surer than it should be.");
    }

    private void frame(Svg svg) {
        for (int i = 0; i <= 5; i++) {
            double v = i / 5.0;
            svg.line("grid", LEFT, y(v), RIGHT, y(v));
            svg.text("tick", Svg.Anchor.END, LEFT - 8, y(v) + 4, Text.percent(v, 0));
            svg.text("tick", Svg.Anchor.MIDDLE, x(v), COUNTS_BOTTOM + 18, Text.percent(v, 0));
        }
        svg.text("label", Svg.Anchor.MIDDLE, (LEFT + RIGHT) / 2.0, HEIGHT - 8, "probability of the predicted class");
        svg.upwards("label", 10, (TOP + BOTTOM) / 2.0, "correct");
        svg.upwards("label", 10, (COUNTS_TOP + COUNTS_BOTTOM) / 2.0, "count");
    }

    private void bin(Svg svg, int bin, int most) {
        double from = x(bin / (double) BINS) + 1;
        double width = x((bin + 1) / (double) BINS) - 1 - from;
        double accuracy = right[bin] / (double) counts[bin];
        svg.bar("bar", from, y(accuracy), width, BOTTOM - y(accuracy));
        double height = (COUNTS_BOTTOM - COUNTS_TOP) * counts[bin] / (double) most;
        svg.bar("bar count", from, COUNTS_BOTTOM - height, width, height);
        svg.point(
                "dot sure",
                x(Math.min(1, sure[bin] / counts[bin])),
                y(accuracy),
                Text.count(counts[bin], "picture") + ", on average " + Text.percent(sure[bin] / counts[bin], 1)
                        + " sure, " + Text.percent(accuracy, 1) + " correct");
    }

    private String description(double error) {
        StringBuilder text = new StringBuilder("Expected calibration error " + Text.number(error, 4) + ".");
        for (int bin = 0; bin < BINS; bin++)
            if (counts[bin] > 0)
                text.append(" ")
                        .append(Text.count(counts[bin], "picture"))
                        .append(" with a probability up to ")
                        .append(Text.percent((bin + 1) / (double) BINS, 0))
                        .append(": ")
                        .append(Text.percent(right[bin] / (double) counts[bin], 0))
                        .append(" correct.");
        return text.toString();
    }

    private static double x(double v) {
        return LEFT + (RIGHT - LEFT) * v;
    }

    private static double y(double v) {
        return BOTTOM - (BOTTOM - TOP) * v;
    }
}
