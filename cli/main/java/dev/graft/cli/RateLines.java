package dev.graft.cli;

import dev.graft.train.RateCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What a search for a learning rate found, as lines: a small table, and a suggestion. */
record RateLines(RateCurve curve) {
    private static final int ROWS = 15;

    List<String> lines() {
        List<RateCurve.Point> points = curve.points();
        List<String> lines = new ArrayList<>();
        lines.add(format("%12s %10s %10s", "lr", "loss", "smoothed"));
        int every = Math.max(1, (points.size() + ROWS - 1) / ROWS);
        for (int i = 0; i < points.size(); i += every) {
            RateCurve.Point p = points.get(i);
            lines.add(format("%12s %10.4f %10.4f", rate(p.rate()), p.loss(), p.smoothed()));
        }
        lines.add(end(points));
        lines.add(suggestion());
        return lines;
    }

    private String end(List<RateCurve.Point> points) {
        if (points.isEmpty()) return "the first loss is not a finite number: check the pictures and weights";
        String last = rate(points.get(points.size() - 1).rate());
        if (curve.diverged()) return "the loss diverged at a rate of " + last;
        return points.size() < curve.steps()
                ? "stopped at a rate of " + last
                : "the loss did not diverge up to " + last;
    }

    private String suggestion() {
        OptionalDouble steepest = curve.steepest();
        OptionalDouble tenth = curve.tenthOfMinimum();
        if (steepest.isEmpty())
            return "the loss falls at no rate that was tried, so there is no suggestion; check labels and pictures, or see"
                    + " whether the loss falls with the default rate";
        return "the loss falls most steeply at " + rate(steepest.getAsDouble())
                + "; a tenth of the rate of the least loss is " + rate(tenth.orElseThrow()) + ". Try --lr "
                + rate(steepest.getAsDouble());
    }

    /** Two digits are more than such a curve tells. */
    private static String rate(double rate) {
        return format("%.1e", rate);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
