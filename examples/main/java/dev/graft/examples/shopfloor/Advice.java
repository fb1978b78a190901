package dev.graft.examples.shopfloor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a report means, and what to do.
 *
 * @param isDrift whether the pictures have changed
 * @param lines to print
 */
record Advice(boolean isDrift, List<String> lines) {
    /** Light has changed if the level of bright places lies this many standard deviations of the training pictures away. */
    private static final double LIGHT_DEVIATIONS = 3;

    private static final double LEAST_DEVIATION = 2; // grey levels: pictures drawn or lit alike hardly differ

    /**
     * The advice.
     *
     * @param alpha the share of batches like the training pictures that are called drift, 0..1
     */
    static Advice of(Station.Report report, KnownParts known, double alpha) {
        List<String> lines = new ArrayList<>();
        long unknown = report.verdicts().stream()
                .filter(v -> v.label().equals(Station.UNKNOWN))
                .count();
        int all = report.verdicts().size();
        boolean drift = report.drift() <= alpha;
        lines.add(unknown + " of " + all + " unknown");
        if (Double.isNaN(report.drift())) {
            lines.add("drift: not checked, " + all + " pictures are too few; give " + Station.FEWEST + " or more");
        } else if (drift) {
            lines.add(String.format(
                    Locale.ROOT,
                    "DRIFT: these pictures are unlike the training pictures (p = %.3f, false alarms: %s of the batches)",
                    report.drift(),
                    percent(alpha)));
            lines.add("  " + cause(report.light(), known));
            lines.add(
                    "  trust no answer until it is found; if it is to stay, take pictures as they are now and train again");
        } else {
            lines.add(String.format(Locale.ROOT, "no drift (p = %.3f)", report.drift()));
        }
        if (!drift && unknown > 2 * 2 * known.unknownRate() * all + 1)
            lines.add(
                    "  more unknown parts than expected: look at them; if they are a new kind, give it a folder and train again");
        return new Advice(drift, List.copyOf(lines));
    }

    private static String cause(double light, KnownParts known) {
        double away = light - known.light();
        boolean isLight = Math.abs(away) > LIGHT_DEVIATIONS * Math.max(known.lightDeviation(), LEAST_DEVIATION);
        String numbers = String.format(Locale.ROOT, "bright places have level %.0f, had %.0f", light, known.light());
        return isLight
                ? "they are " + (away < 0 ? "darker" : "brighter") + " (" + numbers
                        + "): look at the lamp, daylight, exposure and the lens"
                : "the light is as before (" + numbers
                        + "): look whether camera, lens or belt were moved, or other parts are made";
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.3g%%", 100 * share).replaceAll("\\.?0+%", "%");
    }
}
