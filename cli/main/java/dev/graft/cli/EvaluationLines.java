package dev.graft.cli;

import dev.graft.evaluate.EvaluationResult;
import dev.graft.evaluate.Mistake;
import dev.graft.metrics.ConfusionMatrix;
import dev.graft.metrics.PerClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An evaluation as lines for people. */
final class EvaluationLines {
    private static final int MOST_COLUMNS = 20;
    private static final int PAIRS = 20;
    private static final int WIDEST_NAME = 30;

    private final EvaluationResult result;
    private final List<String> lines = new ArrayList<>();
    private final int width;

    private EvaluationLines(EvaluationResult result) {
        this.result = result;
        int longest = result.classes().stream().mapToInt(String::length).max().orElse(0);
        width = Math.max(6, Math.min(WIDEST_NAME, longest));
    }

    /**
     * Metrics, the table of the classes, the confusion matrix or the most confused pairs, and the worst mistakes.
     *
     * @param worst the number of mistakes
     */
    static List<String> of(EvaluationResult result, int worst) {
        EvaluationLines all = new EvaluationLines(result);
        result.metrics().forEach((name, value) -> all.add("%-18s %s", name, number(value)));
        if (result.scores().count() > 0) {
            all.addClasses();
            if (result.scores().isMultiLabel()) all.addThresholds();
            else if (result.classes().size() <= MOST_COLUMNS) all.addMatrix();
            else all.addPairs();
        }
        all.addWorst(worst);
        all.addUnreadable();
        return all.lines;
    }

    private void add(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }

    private void addClasses() {
        boolean ofLabels = result.scores().isMultiLabel();
        lines.add("");
        add(
                "%s  pictures  precision  recall      f1  roc_auc%s",
                name(ofLabels ? "label" : "class"), ofLabels ? "  average_precision" : "");
        for (PerClass c : result.perClass()) {
            add(
                    "%s  %8d  %9s  %6s  %6s  %7s%s",
                    name(result.classes().get(c.label())),
                    c.support(),
                    number(c.precision()),
                    number(c.recall()),
                    number(c.f1()),
                    number(c.rocAuc()),
                    ofLabels ? String.format("  %17s", number(c.averagePrecision())) : "");
        }
    }

    private void addThresholds() {
        List<Double> values = result.scores().sets().orElseThrow().thresholds().values();
        lines.add("");
        lines.add(
                values.stream().distinct().count() == 1
                        ? "a picture gets the labels whose probability is above " + values.get(0)
                        : "a picture gets the labels whose probability is above their threshold: "
                                + IntStream.range(0, values.size())
                                        .mapToObj(c -> result.classes().get(c) + " " + values.get(c))
                                        .collect(Collectors.joining(", ")));
    }

    /** Rows are classes, columns are predictions, which are numbered to fit on the screen. */
    private void addMatrix() {
        ConfusionMatrix matrix = result.confusion();
        int cell = Math.max(3, String.valueOf(matrix.total()).length()) + 1;
        lines.add("");
        lines.add("confusion matrix: a row for each class, a column for each predicted class");
        StringBuilder head = new StringBuilder("   " + name(""));
        for (int c = 0; c < matrix.classes(); c++) head.append(String.format(Locale.ROOT, "%" + cell + "d", c + 1));
        lines.add(head.toString());
        for (int actual = 0; actual < matrix.classes(); actual++) {
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%2d ", actual + 1));
            row.append(name(result.classes().get(actual)));
            for (int p = 0; p < matrix.classes(); p++) {
                int n = matrix.count(actual, p);
                row.append(n == 0 ? " ".repeat(cell - 1) + "." : String.format(Locale.ROOT, "%" + cell + "d", n));
            }
            lines.add(row.toString());
        }
    }

    private record Pair(int actual, int predicted, int count) {}

    private void addPairs() {
        ConfusionMatrix matrix = result.confusion();
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < matrix.classes(); a++) {
            for (int p = 0; p < matrix.classes(); p++) {
                if (a != p && matrix.count(a, p) > 0) pairs.add(new Pair(a, p, matrix.count(a, p)));
            }
        }
        if (pairs.isEmpty()) return;
        pairs.sort(Comparator.comparingInt(Pair::count).reversed());
        lines.add("");
        lines.add("most confused, of " + pairs.size() + (pairs.size() == 1 ? " pair" : " pairs"));
        pairs.stream()
                .limit(PAIRS)
                .forEach(p -> add(
                        "%6d  %s taken for %s",
                        p.count(),
                        result.classes().get(p.actual()),
                        result.classes().get(p.predicted())));
    }

    private void addWorst(int most) {
        List<Mistake> worst = result.worst(most);
        if (worst.isEmpty()) return;
        lines.add("");
        lines.add("surest mistakes");
        for (Mistake m : worst) {
            add(
                    "  %s: %s (%.1f%%), is %s (%.1f%%)",
                    m.file(), m.predicted(), 100 * m.probability(), m.actual(), 100 * m.actualProbability());
        }
    }

    private void addUnreadable() {
        if (result.unreadable().isEmpty()) return;
        lines.add("");
        lines.add(
                "not evaluated, for they cannot be read: " + result.unreadable().size());
        result.unreadable().forEach(u -> lines.add("  " + u.reason()));
    }

    private String name(String text) {
        String shown = text.length() <= width ? text : text.substring(0, width - 1) + "…";
        return shown + " ".repeat(width - shown.length());
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "-";
    }
}
