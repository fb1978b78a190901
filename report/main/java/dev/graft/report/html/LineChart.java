package dev.graft.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws lines over epochs, or over powers of ten. */
final class LineChart {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 270;
    private static final int LEFT = 72;
    private static final int RIGHT = 440;
    private static final int TOP = 14;
    private static final int BOTTOM = 222;
    private static final int MOST_MARKS = 40;

    private final String id;
    private final String title;
    private final String yLabel;
    private final Unit unit;
    private final List<Series> all = new ArrayList<>();
    private Across what = Across.EPOCH;
    private Axis across;
    private Axis up;

    /** What x is. */
    enum Across {
        /** Epochs. */
        EPOCH("epoch"),
        /** The decimal logarithm of a learning rate. */
        POWER_OF_RATE("learning rate");

        private final String label;

        Across(String label) {
            this.label = label;
        }

        private String tell(double x) {
            return this == EPOCH ? Text.number(x, 0) : "1e" + Text.number(x, 0);
        }
    }

    /** What the values are. */
    enum Unit {
        /** Losses. */
        PLAIN,
        /** Fractions, told in percent. */
        PERCENT,
        /** Learning rates. */
        RATE;

        private String tell(double v) {
            return this == PLAIN ? Text.number(v, 4) : this == PERCENT ? Text.percent(v) : Text.rate(v);
        }

        private String tick(double v, Axis axis) {
            if (this == RATE) return Text.rate(v);
            return this == PLAIN ? Text.number(v, axis.digits()) : Text.percent(v, Math.max(0, axis.digits() - 2));
        }
    }

    /**
     * A line.
     *
     * @param look its class in the style sheet: {@code faint}, {@code strong} or {@code second}
     * @param marked whether its points are marked, with their values under the mouse
     */
    record Series(String look, String name, double[] x, double[] y, boolean marked) {
        /** Values at the ends of epochs. */
        static Series ofEpochs(String look, String name, double[] y) {
            double[] x = new double[y.length];
            for (int i = 0; i < x.length; i++) x[i] = i + 1.0;
            return new Series(look, name, x, y, x.length <= MOST_MARKS);
        }

        private DoubleStream finite() {
            return DoubleStream.of(y).filter(Double::isFinite);
        }
    }

    LineChart(String id, String title, String yLabel, Unit unit) {
        this.id = id;
        this.title = title;
        this.yLabel = yLabel;
        this.unit = unit;
    }

    LineChart add(Series series) {
        if (series.finite().findAny().isPresent()) all.add(series);
        return this;
    }

    LineChart over(Across x) {
        what = x;
        return this;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /**
     * Draws it.
     *
     * @param first the first epoch on the axis: 0 for values within epochs, 1 for values at their ends; or the first power
     */
    Chart draw(int first, int last, String note) {
        across = Axis.whole(first, last, 8);
        double min = all.stream().flatMapToDouble(Series::finite).min().orElse(0);
        double max = all.stream().flatMapToDouble(Series::finite).max().orElse(1);
        up = Axis.around(min >= 0 && (min < 0.4 * max || min == max) ? 0 : min, max, 5);
        Svg svg = new Svg(id, WIDTH, HEIGHT, title, description());
        frame(svg);
        for (Series s : all) line(svg, s);
        List<Chart.Legend> legend =
                all.stream().map(s -> new Chart.Legend(s.look(), s.name())).toList();
        return new Chart(title, svg.end(), legend, note);
    }

    private void frame(Svg svg) {
        for (double tick : up.ticks()) {
            svg.line("grid", LEFT, y(tick), RIGHT, y(tick));
            svg.text("tick", Svg.Anchor.END, LEFT - 8, y(tick) + 4, unit.tick(tick, up));
        }
        for (double tick : across.ticks()) {
            svg.line("mark", x(tick), BOTTOM, x(tick), BOTTOM + 4);
            svg.text("tick", Svg.Anchor.MIDDLE, x(tick), BOTTOM + 19, what.tell(tick));
        }
        svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
        svg.text("label", Svg.Anchor.MIDDLE, (LEFT + RIGHT) / 2.0, HEIGHT - 6, what.label);
        svg.upwards("label", 10, (TOP + BOTTOM) / 2.0, yLabel);
    }

    private void line(Svg svg, Series s) {
        List<double[]> part = new ArrayList<>();
        for (int i = 0; i < s.x().length; i++) {
            if (Double.isFinite(s.y()[i])) part.add(new double[] {x(s.x()[i]), y(s.y()[i])});
            else path(svg, s, part);
        }
        path(svg, s, part);
        if (!s.marked()) return;
        for (int i = 0; i < s.x().length; i++)
            if (Double.isFinite(s.y()[i]))
                svg.point(
                        "dot " + s.look(),
                        x(s.x()[i]),
                        y(s.y()[i]),
                        s.name() + ", epoch " + Text.number(s.x()[i], 0) + ": " + unit.tell(s.y()[i]));
    }

    /** A value that is not finite leaves a gap. */
    private static void path(Svg svg, Series s, List<double[]> part) {
        if (part.size() > 1)
            svg.path(
                    "line " + s.look(),
                    part.stream().mapToDouble(p -> p[0]).toArray(),
                    part.stream().mapToDouble(p -> p[1]).toArray());
        part.clear();
    }

    private String description() {
        List<String> lines = new ArrayList<>();
        for (Series s : all) {
            double[] y = s.finite().toArray();
            lines.add(s.name() + ": from " + unit.tell(y[0]) + " to " + unit.tell(y[y.length - 1]) + ", at least "
                    + unit.tell(s.finite().min().orElse(0)) + ", at most "
                    + unit.tell(s.finite().max().orElse(0)));
        }
        return String.join("; ", lines) + ".";
    }

    private double x(double v) {
        return LEFT + (RIGHT - LEFT) * across.at(v);
    }

    private double y(double v) {
        return BOTTOM - (BOTTOM - TOP) * up.at(v);
    }
}
