package dev.graft.report.html;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the time of a run went.
 *
 * @param parts those that took any time
 * @param seconds of all parts
 */
record TimeSplit(List<Part> parts, double seconds) {
    /** Less is not told, in seconds. */
    private static final double LEAST = 0.005;

    /**
     * A part of the time.
     *
     * @param look its class in the style sheet
     */
    record Part(String name, String look, double seconds, double share) {
        String percent() {
            return Text.percent(share, 0);
        }
    }

    /** @param total duration of the run; NaN if unknown */
    static TimeSplit of(MetricsLog log, double total) {
        double head = log.head().map(h -> h.path("head_s").asDouble()).orElse(0.0);
        double training = sum(log, "train_s");
        double waiting = sum(log, "wait_s") + log.featureWait();
        List<Part> parts = new ArrayList<>();
        add(parts, "features of the frozen layers", "t1", log.featureSeconds() - log.featureWait());
        add(parts, "head fitted, cross-validation", "t2", head);
        add(parts, "training", "t2", Math.max(0, training - sum(log, "wait_s") - head));
        add(parts, "validation", "t3", sum(log, "val_s"));
        add(parts, "waiting for pictures to be read and decoded", "t4", waiting);
        double known = parts.stream().mapToDouble(Part::seconds).sum();
        if (total > known) add(parts, "the rest: start, reading files, saving", "t5", total - known);
        double all = Math.max(known, Double.isNaN(total) ? 0 : total);
        return new TimeSplit(
                parts.stream()
                        .map(p -> new Part(p.name(), p.look(), p.seconds(), p.seconds() / all))
                        .toList(),
                all);
    }

    private static double sum(MetricsLog log, String field) {
        return log.epochs().stream()
                .mapToDouble(e -> e.value(field))
                .filter(Double::isFinite)
                .sum();
    }

    private static void add(List<Part> parts, String name, String look, double seconds) {
        if (seconds >= LEAST) parts.add(new Part(name, look, seconds, 0));
    }
}
