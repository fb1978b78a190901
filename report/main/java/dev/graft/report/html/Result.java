package dev.graft.report.html;

import dev.graft.metrics.ConfusionMatrix;
import dev.graft.metrics.PerClass;
import dev.graft.metrics.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a list of predictions says: confusion matrix, classes, calibration; of a multi-label model the labels only.
 *
 * @param id for the page's anchors
 * @param matrix empty if there are too many classes
 * @param confused the pairs of classes that are most often mistaken, the most frequent first
 * @param classes the weakest first
 */
record Result(
        String id,
        Predictions predictions,
        List<MatrixRow> matrix,
        List<Pair> confused,
        List<PerClass> classes,
        Optional<Chart> calibration) {
    /** With more classes, pairs are shown instead of a matrix. */
    static final int MOST_CLASSES = 30;

    private static final int MOST_PAIRS = 25;

    /** The row of one actual class. */
    record MatrixRow(String actual, List<Cell> cells) {}

    /** A cell. @param share of the pictures of the actual class, 0..1 */
    record Cell(int count, double share, boolean right, String tip) {
        /** The class of the style sheet. */
        String look() {
            if (count == 0) return "none";
            return (right ? "hit" : "miss") + (share > 0.5 ? " deep" : "");
        }

        /** Its colour's strength; a single mistake is still seen. */
        String strength() {
            return Text.share(count == 0 ? 0 : 0.12 + 0.88 * share);
        }
    }

    /** A class taken for another. @param share of the pictures of the actual class, 0..1 */
    record Pair(String actual, String predicted, int count, double share) {}

    static Result of(String id, Predictions predictions) {
        Scores scores = predictions.scores();
        List<PerClass> weakestFirst = new ArrayList<>(PerClass.of(scores));
        weakestFirst.sort(Comparator.comparing((PerClass c) -> c.support() == 0).thenComparingDouble(PerClass::f1));
        if (predictions.isMultiLabel())
            return new Result(id, predictions, List.of(), List.of(), weakestFirst, Optional.empty());
        ConfusionMatrix counts = ConfusionMatrix.of(scores);
        return new Result(
                id,
                predictions,
                counts.classes() > MOST_CLASSES ? List.of() : rows(predictions, counts),
                counts.classes() > MOST_CLASSES ? pairs(predictions, counts) : List.of(),
                weakestFirst,
                Optional.of(Calibration.of(id + "-calibration", scores)));
    }

    private static List<MatrixRow> rows(Predictions p, ConfusionMatrix counts) {
        List<MatrixRow> rows = new ArrayList<>();
        for (int actual = 0; actual < counts.classes(); actual++) {
            List<Cell> cells = new ArrayList<>();
            int all = sum(counts, actual);
            for (int c = 0; c < counts.classes(); c++) cells.add(cell(p, counts.count(actual, c), all, actual, c));
            rows.add(new MatrixRow(p.classes().get(actual), cells));
        }
        return rows;
    }

    private static Cell cell(Predictions p, int count, int all, int actual, int predicted) {
        double share = all == 0 ? 0 : count / (double) all;
        String of = count + " of " + all + " (" + Text.percent(share, 1) + ")";
        String tip = actual == predicted
                ? p.classes().get(actual) + ", recognised: " + of
                : p.classes().get(actual) + ", taken for " + p.classes().get(predicted) + ": " + of;
        return new Cell(count, share, actual == predicted, tip);
    }

    private static List<Pair> pairs(Predictions p, ConfusionMatrix counts) {
        List<Pair> pairs = new ArrayList<>();
        for (int a = 0; a < counts.classes(); a++) {
            int all = sum(counts, a);
            for (int c = 0; c < counts.classes(); c++)
                if (c != a && counts.count(a, c) > 0)
                    pairs.add(new Pair(
                            p.classes().get(a),
                            p.classes().get(c),
                            counts.count(a, c),
                            counts.count(a, c) / (double) all));
        }
        pairs.sort(Comparator.comparingInt(Pair::count)
                .thenComparingDouble(Pair::share)
                .reversed());
        return List.copyOf(pairs.subList(0, Math.min(MOST_PAIRS, pairs.size())));
    }

    private static int sum(ConfusionMatrix counts, int actual) {
        int sum = 0;
        for (int c = 0; c < counts.classes(); c++) sum += counts.count(actual, c);
        return sum;
    }

    String name() {
        return predictions.name();
    }

    String className(PerClass c) {
        return predictions.classes().get(c.label());
    }
}
