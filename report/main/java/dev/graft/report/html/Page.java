package dev.graft.report.html;

import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the templates show.
 *
 * @param tiles the most important numbers
 * @param metrics of the results, one row each
 * @param galleries pictures: mistakes, suspects, examples
 * @param notes what is missing, and why
 */
record Page(
        Run run,
        Optional<TrainingPlan> plan,
        List<Tile> tiles,
        List<Chart> curves,
        List<MetricRow> metrics,
        List<Result> results,
        List<Gallery> galleries,
        TimeSplit time,
        List<String> notes) {
    private static final int TOP_K = 5;
    private static final Map<String, String> LABELS = Map.of(
            "accuracy", "Accuracy (top-1)",
            "top5_accuracy", "Accuracy (top-5)",
            "loss", "Loss (cross-entropy)",
            "macro_f1", "Macro F1",
            "cohen_kappa", "Cohen's kappa",
            "roc_auc", "ROC AUC",
            "ece", "Expected calibration error",
            "brier", "Brier score");

    private static final Map<String, String> OF_LABELS = Map.of(
            "accuracy", "All labels right",
            "loss", "Loss (binary cross-entropy)",
            "average_precision", "mAP");

    /** A number that is seen first. */
    record Tile(String value, String name) {}

    /**
     * A metric.
     *
     * @param direction which values are better
     * @param values one for each result
     */
    record MetricRow(String name, String direction, List<String> values) {}

    static Page of(Run run, Thumbnails thumbnails) {
        List<String> notes = new ArrayList<>(run.notes());
        Optional<TrainingPlan> plan = plan(run.record(), notes);
        List<Result> results = new ArrayList<>();
        for (Predictions p : run.results()) results.add(Result.of("result" + results.size(), p));
        List<Gallery> galleries = galleries(run, thumbnails);
        addNotes(thumbnails, notes);
        return new Page(
                run,
                plan,
                tiles(run),
                charts(run, plan),
                metrics(run),
                results,
                galleries,
                TimeSplit.of(run.log(), run.record().seconds()),
                notes);
    }

    private static List<Chart> charts(Run run, Optional<TrainingPlan> plan) {
        List<Chart> all = new ArrayList<>(new Curves(run.log(), plan).all());
        run.rates().filter(r -> !r.points().isEmpty()).map(RateChart::of).ifPresent(all::add);
        return all;
    }

    private static Optional<TrainingPlan> plan(RunRecord record, List<String> notes) {
        try {
            return record.plan();
        } catch (IllegalArgumentException e) {
            notes.add("run.json: " + e.getMessage() + "; the plan is left out");
            return Optional.empty();
        }
    }

    private static List<Gallery> galleries(Run run, Thumbnails thumbnails) {
        List<Gallery> all = new ArrayList<>();
        for (Predictions p : run.results())
            Gallery.mistakes("mistakes" + all.size(), p, thumbnails).ifPresent(all::add);
        if (!run.log().headIsWorseThanTheNearestMean())
            Gallery.suspects(run.outOfFold(), thumbnails).ifPresent(all::add);
        if (!run.results().isEmpty()) {
            Gallery examples = Gallery.examples(run.results().get(0), thumbnails);
            if (examples.hasThumbnails()) all.add(examples);
        }
        return all;
    }

    private static void addNotes(Thumbnails thumbnails, List<String> notes) {
        if (thumbnails.missing() > 0)
            notes.add("pictures: " + thumbnails.missing()
                    + " were not found where the run read them; they are shown without a thumbnail");
        if (thumbnails.failed() > 0)
            notes.add("pictures: " + thumbnails.failed() + " could not be decoded or explained; they are left out");
    }

    private static List<Tile> tiles(Run run) {
        List<Tile> tiles = new ArrayList<>();
        for (Predictions p : run.results()) {
            if (p.isMultiLabel())
                for (Metric m : List.of(Metrics.averagePrecision(), Metrics.microF1()))
                    tiles.add(new Tile(Text.percent(run.metric(m, p)), p.name() + " " + labelOf(m, p)));
            else tiles.add(new Tile(Text.percent(p.scores().accuracy()), p.name() + " accuracy"));
            int wrong = p.scores().count() - p.scores().correct();
            tiles.add(new Tile(
                    Text.count(wrong),
                    (p.isMultiLabel() ? "with a wrong label, of " : (wrong == 1 ? "mistake" : "mistakes") + " in ")
                            + Text.count(p.scores().count(), "picture")));
        }
        RunRecord record = run.record();
        if (record.count("training") > 0)
            tiles.add(new Tile(Text.count(record.count("training")), "training pictures"));
        if (!record.classes().isEmpty())
            tiles.add(new Tile(Text.count(record.classes().size()), "classes"));
        if (!Double.isNaN(record.seconds())) tiles.add(new Tile(Text.seconds(record.seconds()), "duration"));
        return tiles;
    }

    private static List<MetricRow> metrics(Run run) {
        List<MetricRow> rows = new ArrayList<>();
        if (run.results().isEmpty()) {
            run.record().metrics().forEach((name, value) -> rows.add(new MetricRow(label(name), "", List.of(value))));
            return rows;
        }
        boolean ofLabels = run.results().get(0).isMultiLabel();
        for (Metric m : ofLabels ? Metrics.multiLabel() : Metrics.all()) rows.add(row(m, run));
        if (run.results().get(0).classes().size() > TOP_K && !ofLabels) rows.add(1, row(Metrics.topK(TOP_K), run));
        return rows;
    }

    private static MetricRow row(Metric metric, Run run) {
        return new MetricRow(
                labelOf(metric, run.results().get(0)),
                metric.higherIsBetter() ? "higher is better" : "lower is better",
                run.results().stream()
                        .map(p -> run.metric(metric, p))
                        .map(value -> Text.number(value, 4))
                        .toList());
    }

    private static String labelOf(Metric metric, Predictions p) {
        String name = label(metric.name());
        return p.isMultiLabel() ? OF_LABELS.getOrDefault(metric.name(), name) : name;
    }

    private static String label(String name) {
        return LABELS.getOrDefault(name, Text.title(name));
    }

    String title() {
        String place = run.record().placeText();
        String data = place.isEmpty()
                ? run.folder()
                : place.substring(place.replace('\\', '/').lastIndexOf('/') + 1);
        return data.isEmpty() ? run.folder() : data;
    }

    String kind() {
        return run.record().isEvaluation() ? "Evaluation" : "Training run";
    }

    boolean has(String split) {
        return run.record().count(split) > 0;
    }
}
