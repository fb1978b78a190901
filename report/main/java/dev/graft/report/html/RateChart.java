package dev.graft.report.html;

import dev.graft.train.RateCurve;
import java.util.List;
import java.util.OptionalDouble;

/** The curve of a search for a learning rate: losses over the logarithm of the rate, with the suggestions. */
final class RateChart {
    private RateChart() {}

    /**
     * Draws it.
     *
     * @param curve of at least one point
     */
    static Chart of(RateCurve curve) {
        List<RateCurve.Point> points = curve.points();
        if (points.isEmpty())
            throw new IllegalArgumentException("report: the search for a learning rate has no points to draw");
        double[] x = points.stream().mapToDouble(p -> Math.log10(p.rate())).toArray();
        double[] losses = points.stream().mapToDouble(RateCurve.Point::loss).toArray();
        double[] smoothed =
                points.stream().mapToDouble(RateCurve.Point::smoothed).toArray();
        int first = (int) Math.floor(x[0] + 1e-9);
        int last = Math.max(first + 1, (int) Math.ceil(x[x.length - 1] - 1e-9));
        return new LineChart("find-lr", "Search for a learning rate", "loss", LineChart.Unit.PLAIN)
                .over(LineChart.Across.POWER_OF_RATE)
                .add(new LineChart.Series("faint", "each step", x, losses, false))
                .add(new LineChart.Series("strong", "smoothed", x, smoothed, false))
                .draw(first, last, note(curve));
    }

    private static String note(RateCurve curve) {
        OptionalDouble steepest = curve.steepest();
        if (steepest.isEmpty()) return "The loss falls at no rate that was tried.";
        return "The loss falls most steeply at " + Text.rate(steepest.getAsDouble())
                + "; a tenth of the rate of the least loss is "
                + Text.rate(curve.tenthOfMinimum().orElseThrow()) + "."
                + (curve.diverged() ? " At the end it diverges." : "");
    }
}
