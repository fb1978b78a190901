package dev.graft.cli;

import dev.graft.job.Result;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.report.Event;
import dev.graft.report.Suspects;
import dev.graft.study.Difference;
import dev.graft.study.MemberResult;
import dev.graft.study.PointResult;
import dev.graft.study.Spread;
import dev.graft.study.Study;
import dev.graft.study.StudyResult;
import dev.graft.train.Evaluation;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Prints the lines of a study: one for each run, and the tables at its end. */
final class StudyLines {
    private final PrintStream out;
    private final UnaryOperator<Path> names;

    /** @param names of pictures, as they are printed */
    StudyLines(PrintStream out, UnaryOperator<Path> names) {
        this.out = out;
        this.names = names;
    }

    /** One run. */
    void ended(Study.Step step) {
        MemberResult run = step.result();
        String count = "(" + step.number() + " of " + step.members() + (step.earlier() ? ", trained before" : "") + ")";
        if (run.failure().isPresent())
            line("%s  failed: %s  %s", run.member().name(), run.failure().get(), count);
        else
            line(
                    "%s  accuracy %.2f%%  loss %.4f  %.1f s  %s",
                    run.member().name(),
                    100 * run.metrics().get(Metrics.accuracy().name()),
                    run.metrics().get(Metrics.loss().name()),
                    run.seconds(),
                    count);
    }

    /**
     * All of the result, and what was saved.
     *
     * @param trained how many pictures the final model is trained on
     */
    void result(StudyResult result, Path folder, int trained) {
        if (result.points().size() > 1) {
            ranking(result);
            line(
                    "metrics of point %d (%s):",
                    result.best().number(), result.best().point());
        }
        metrics(result.best());
        suspects(result.suspects(Suspects.MOST));
        result.last().ifPresent(model -> last(result, model, trained));
        List<String> saved = Stream.of(Study.OUT_OF_FOLD, Study.FINAL)
                .filter(name -> Files.exists(folder.resolve(name)))
                .map(name -> name.equals(Study.FINAL) ? name + "/model.pt" : name)
                .toList();
        out.println("saved " + folder.resolve(Study.FILE)
                + String.join("", saved.stream().map(s -> ", " + s).toList()));
    }

    private void last(StudyResult result, Result model, int trained) {
        String on = Units.count(trained - model.skipped().size(), "picture")
                + (result.points().size() > 1 ? " as point " + result.best().number() : "");
        Optional<Evaluation> judged = model.evaluation().filter(e -> e.samples().length > 0);
        if (judged.isEmpty())
            line("final model: trained on all %s; no picture is left to judge it, what to expect is above", on);
        else
            line(
                    "final model: trained on %s; accuracy %.2f%% of the %s",
                    on,
                    100 * judged.get().accuracy(),
                    Units.count(judged.get().samples().length, "validation picture"));
    }

    private void ranking(StudyResult result) {
        Metric by = result.rankedBy();
        line("grid: %d points by %s, the best first", result.points().size(), by.name());
        for (PointResult p : result.points()) {
            String value =
                    p.failure().isPresent() ? "failed" : spread(p.metrics().get(by.name()));
            line(
                    "  %-9s %-22s %s%s",
                    "point-" + p.number(),
                    value,
                    p.point(),
                    p.ahead().map(StudyLines::ahead).orElse(""));
        }
    }

    private static String ahead(Difference d) {
        String errors =
                Double.isFinite(d.inErrors()) ? String.format(Locale.ROOT, ", %.1f standard errors", d.inErrors()) : "";
        return String.format(Locale.ROOT, "  (%.4f before the next%s)", d.mean(), errors);
    }

    private void metrics(PointResult best) {
        line("  %-26s %8s  %9s  %9s", "metric", "mean", "deviation", "error");
        for (Map.Entry<String, Spread> m : best.metrics().entrySet())
            line(
                    "  %-26s %8s  %9s  %9s",
                    m.getKey(),
                    number(m.getValue().mean()),
                    number(m.getValue().deviation()),
                    number(m.getValue().error()));
    }

    private void suspects(List<Event.OutOfFold> suspects) {
        if (suspects.isEmpty()) return;
        line(
                "pictures that may lie in the wrong class, by networks trained without them (the other class is three times as probable):");
        for (Event.OutOfFold s : suspects)
            line(
                    "  %s: %s with %.1f%%, rather %s",
                    names.apply(s.file()), s.actual(), 100 * s.probability(), s.predicted());
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    private static String spread(Spread s) {
        return number(s.mean()) + (Double.isNaN(s.error()) ? "" : " +- " + number(s.error()));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }

    /** The best point's metric in one line. */
    static String best(StudyResult result) {
        return result.rankedBy().name() + " "
                + spread(result.best().metrics().get(result.rankedBy().name()));
    }
}
