package dev.graft.report.html;

import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The curves of a run: loss, accuracy and other metrics by epoch, learning rates. */
record Curves(MetricsLog log, Optional<TrainingPlan> plan) {
    private static final int MOST_POINTS = 400;
    private static final int PARTS = 20; // of an epoch, for learning rates that change within
    private static final List<String> LOOKS = List.of("strong", "second", "third");

    List<Chart> all() {
        List<Chart> charts = new ArrayList<>();
        loss().ifPresent(charts::add);
        accuracy().ifPresent(charts::add);
        rates().ifPresent(charts::add);
        return charts;
    }

    private Optional<Chart> loss() {
        List<MetricsLog.Step> steps = log.steps();
        if (steps.size() < 2) return Optional.empty();
        int last = steps.get(steps.size() - 1).epoch();
        int together = (steps.size() + MOST_POINTS - 1) / MOST_POINTS;
        LineChart chart = new LineChart("loss", "Loss", "cross-entropy", LineChart.Unit.PLAIN);
        chart.add(within(steps, together));
        if (log.epochs().size() > 1) chart.add(ofEpochs("strong", "training, mean of an epoch", "mean_loss"));
        chart.add(ofEpochs("second", "validation", "val_loss"));
        if (chart.isEmpty()) return Optional.empty();
        String note = together == 1 ? "" : "Each point of the faint line is the mean of " + together + " steps.";
        return Optional.of(chart.draw(0, last, note));
    }

    /** The losses of the steps, each at its part of the epoch. */
    private static LineChart.Series within(List<MetricsLog.Step> steps, int together) {
        int[] lengths = new int
                [1 + steps.stream().mapToInt(MetricsLog.Step::epoch).max().orElse(0)];
        for (MetricsLog.Step s : steps) lengths[s.epoch()] = Math.max(lengths[s.epoch()], s.step() + 1);
        int points = (steps.size() + together - 1) / together;
        double[] x = new double[points];
        double[] y = new double[points];
        for (int i = 0; i < points; i++) {
            List<MetricsLog.Step> part = steps.subList(i * together, Math.min(steps.size(), (i + 1) * together));
            MetricsLog.Step end = part.get(part.size() - 1);
            x[i] = end.epoch() - 1 + (end.step() + 1) / (double) lengths[end.epoch()];
            y[i] = part.stream().mapToDouble(MetricsLog.Step::loss).average().orElse(Double.NaN);
        }
        return new LineChart.Series("faint", together == 1 ? "training, each step" : "training, steps", x, y, false);
    }

    private LineChart.Series ofEpochs(String look, String name, String metric) {
        double[] y = new double[log.epochs().size()];
        for (int i = 0; i < y.length; i++) y[i] = log.epochs().get(i).value(metric);
        return LineChart.Series.ofEpochs(look, name, y);
    }

    /** Accuracy, and up to two other metrics that the run computed and that are fractions. */
    private Optional<Chart> accuracy() {
        List<MetricsLog.Epoch> epochs = log.epochs();
        if (epochs.size() < 2) return Optional.empty();
        LineChart chart = new LineChart("accuracy", "Validation accuracy", "top-1", LineChart.Unit.PERCENT);
        chart.add(ofEpochs("strong", "accuracy", "val_accuracy"));
        List<String> others = others(epochs);
        for (int i = 0; i < others.size(); i++)
            chart.add(ofEpochs(LOOKS.get(i + 1), others.get(i).substring(4).replace('_', ' '), others.get(i)));
        return chart.isEmpty() ? Optional.empty() : Optional.of(chart.draw(1, epochs.size(), ""));
    }

    private static List<String> others(List<MetricsLog.Epoch> epochs) {
        Set<String> names = new LinkedHashSet<>();
        epochs.get(0).values().fieldNames().forEachRemaining(names::add);
        return names.stream()
                .filter(n -> n.startsWith("val_") && (n.endsWith("accuracy") || n.endsWith("f1") || n.endsWith("auc")))
                .filter(n -> !n.equals("val_accuracy"))
                .limit(LOOKS.size() - 1L)
                .toList();
    }

    /** The learning rate of each layer, as the plan says; phases that fit the head at once have none. */
    private Optional<Chart> rates() {
        if (plan.isEmpty() || plan.get().epochs() > MetricsLog.MOST_EPOCHS) return Optional.empty();
        if (plan.get().phases().stream().allMatch(Phase::fitsAtOnce)) return Optional.empty();
        Set<String> layers = new LinkedHashSet<>();
        for (Phase p : plan.get().phases()) if (!p.fitsAtOnce()) p.groups().forEach(g -> layers.add(g.layer()));
        LineChart chart = new LineChart("rates", "Learning rate", "learning rate", LineChart.Unit.RATE);
        int next = 0;
        for (String layer : layers) chart.add(rates(layer, LOOKS.get(next++ % LOOKS.size())));
        return Optional.of(chart.draw(0, plan.get().epochs(), ""));
    }

    private LineChart.Series rates(String layer, String look) {
        int points = plan.orElseThrow().epochs() * (PARTS + 1);
        double[] x = new double[points];
        double[] y = new double[points];
        Arrays.fill(y, Double.NaN);
        int i = 0;
        int first = 0;
        for (Phase p : plan.orElseThrow().phases()) {
            double rate = p.fitsAtOnce() ? Double.NaN : rate(p, layer);
            long steps = stepsOfAnEpoch(p, first);
            List<Double> losses = losses(p, first);
            for (int e = 0; e < p.epochs(); e++) {
                List<Double> before = List.copyOf(losses.subList(0, Math.min(e, losses.size())));
                for (int part = 0; part <= PARTS; part++, i++) {
                    x[i] = first + e + part / (double) PARTS;
                    long step = e * steps + Math.round(part * steps / (double) PARTS);
                    y[i] = rate * p.schedule().factor(new Schedule.At(e, p.epochs(), step, p.epochs() * steps, before));
                }
            }
            first += p.epochs();
        }
        return new LineChart.Series(look, layer, x, y, false);
    }

    /** Of the epochs that the run told of; as many as parts if it told of none. */
    private long stepsOfAnEpoch(Phase phase, int first) {
        return log.steps().stream()
                .filter(s -> s.epoch() > first && s.epoch() <= first + phase.epochs())
                .mapToLong(s -> s.step() + 1L)
                .max()
                .orElse(PARTS);
    }

    /** The validation losses after a phase's epochs, as far as the run computed them. */
    private List<Double> losses(Phase phase, int first) {
        return log.epochs().stream()
                .filter(e -> e.epoch() > first && e.epoch() <= first + phase.epochs())
                .map(e -> e.value("val_loss"))
                .filter(Double::isFinite)
                .toList();
    }

    private static double rate(Phase p, String layer) {
        return p.groups().stream()
                .filter(g -> g.layer().equals(layer))
                .mapToDouble(ParameterGroup::learningRate)
                .findFirst()
                .orElse(Double.NaN);
    }
}
