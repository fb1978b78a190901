package dev.graft.report.html;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis with round ticks.
 *
 * @param low the value at its beginning
 * @param high the value at its end
 * @param step between two ticks
 */
record Axis(double low, double high, double step) {
    /** An axis from a round value below {@code min} to one above {@code max}, with about {@code ticks} steps of 1, 2 or 5 times 10^n. */
    static Axis around(double min, double max, int ticks) {
        if (!(max - min > 1e-12 * Math.max(1, Math.abs(max)))) {
            double room = Math.abs(max) < 1e-9 ? 1 : Math.abs(max) / 10;
            return around(min - room, max + room, ticks);
        }
        double step = roundUp((max - min) / ticks);
        return new Axis(Math.floor(min / step + 1e-9) * step, Math.ceil(max / step - 1e-9) * step, step);
    }

    /** An axis for counts from {@code first} to {@code last}: whole ticks, no room around. */
    static Axis whole(int first, int last, int ticks) {
        return new Axis(first, last, Math.max(1, roundUp((last - first) / (double) ticks)));
    }

    private static double roundUp(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double times = step / power;
        return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
    }

    List<Double> ticks() {
        List<Double> all = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) all.add(i * step);
        return all;
    }

    /** Where a value is, 0..1 inside. */
    double at(double value) {
        return (value - low) / (high - low);
    }

    /** The number of digits that tell the ticks apart. */
    int digits() {
        return (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    }
}
