package dev.graft.cli;

import dev.graft.evaluate.EvaluationResult;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The least values that {@code --fail-below} asks for. */
record Thresholds(Map<Metric, Double> least) {
    private static final String OPTION = "--fail-below: ";

    /** Reads {@code accuracy=0.9,macro_f1=0.8}; null for none. */
    static Thresholds of(String text) {
        Map<Metric, Double> least = new LinkedHashMap<>();
        for (String part : text == null ? new String[0] : text.split(",", -1)) {
            String[] sides = part.split("=", -1);
            if (sides.length != 2) {
                throw new UsageException(OPTION + "'" + part + "' is not METRIC=VALUE, such as accuracy=0.9");
            }
            if (least.put(metric(sides[0].strip()), value(sides[1].strip())) != null) {
                throw new UsageException(OPTION + sides[0] + " is given twice; give it once");
            }
        }
        return new Thresholds(least);
    }

    private static Metric metric(String name) {
        Metric metric;
        try {
            metric = Metrics.named(name);
        } catch (IllegalArgumentException e) {
            throw new UsageException(OPTION + e.getMessage(), e);
        }
        if (metric.higherIsBetter()) return metric;
        throw new UsageException(OPTION + "less is better for " + name + "; take a metric for which more is better");
    }

    private static double value(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= -1 && value <= 1) return value; // kappa may be below 0
        } catch (NumberFormatException e) {
            throw new UsageException(OPTION + "'" + text + "' is not a number", e);
        }
        throw new UsageException(OPTION + "must be at most 1 (such as 0.9 for 90%), was " + text);
    }

    /** @throws UsageException when a metric is only for pictures with one class each */
    void requireMultiLabel() {
        try {
            least.keySet().forEach(Metrics::requireMultiLabel);
        } catch (IllegalArgumentException e) {
            throw new UsageException(OPTION + e.getMessage(), e);
        }
    }

    /** A line for each value that is too small, or is not there. */
    List<String> missed(EvaluationResult result) {
        List<String> lines = new ArrayList<>();
        least.forEach((metric, wanted) -> {
            double seen = metric.of(result.scores());
            if (!(seen >= wanted)) {
                lines.add(String.format(Locale.ROOT, "%s is %.4f, wanted are %s or more", metric.name(), seen, wanted));
            }
        });
        return lines;
    }
}
