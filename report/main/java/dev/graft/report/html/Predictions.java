package dev.graft.report.html;

import dev.graft.metrics.LabelSets;
import dev.graft.metrics.LabelThresholds;
import dev.graft.metrics.Scores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a model said of a list of pictures: a file like {@code predictions.csv}.
 *
 * @param name of the list, such as {@code Validation}
 * @param classes in the order of the columns
 * @param files of the pictures, as written
 * @param scores of the pictures, in the same order
 * @param left rows that were left out
 */
record Predictions(String name, List<String> classes, List<String> files, Scores scores, Left left) {
    /** Memory: four bytes for each. */
    static final int MOST_VALUES = 50_000_000;

    /** The file has seven digits; what is written as 0 was at most this. */
    private static final double LEAST = 5e-8;

    private static final List<String> HEADER = List.of("file", "actual", "predicted");

    /**
     * Rows that were left out.
     *
     * @param unknown those whose actual class is no column
     * @param rest those beyond {@link #MOST_VALUES}
     */
    record Left(int unknown, int rest) {}

    /** @param thresholds of a multi-label model, whose pictures have any number of labels, with {@code |} between */
    static Predictions read(String name, Path file, Optional<LabelThresholds> thresholds) throws IOException {
        try (Table table = Table.open(file)) {
            table.requireHeader(HEADER);
            return new Reading(table, thresholds).all(name);
        }
    }

    boolean isMultiLabel() {
        return scores.isMultiLabel();
    }

    /** The labels that picture {@code i} has, or that it gets. */
    String labels(int i, boolean given) {
        List<String> names = IntStream.range(0, classes.size())
                .filter(c -> given ? scores.predicts(i, c) : scores.has(i, c))
                .mapToObj(classes::get)
                .toList();
        return names.isEmpty() ? "no label" : String.join(", ", names);
    }

    /** The label of picture {@code i} that is the most wrong; the most probable one if none is. */
    int worst(int i) {
        int worst = -1;
        for (int c = 0; c < classes.size(); c++)
            if (scores.has(i, c) != scores.predicts(i, c) && (worst < 0 || wrong(i, c) > wrong(i, worst))) worst = c;
        return worst < 0 ? scores.predicted(i) : worst;
    }

    /** How wrong the probability of a label is, 0..1. */
    double wrong(int i, int c) {
        return scores.has(i, c) ? 1 - probability(i, c) : probability(i, c);
    }

    /** The predicted class of picture {@code i}. */
    String predicted(int i) {
        return classes.get(scores.predicted(i));
    }

    /** The class that picture {@code i} belongs to. */
    String actual(int i) {
        return classes.get(scores.labels()[i]);
    }

    boolean isRight(int i) {
        return scores.isRight(i);
    }

    /** The probability of a class for picture {@code i}, 0..1. */
    double probability(int i, int label) {
        if (isMultiLabel()) return LabelThresholds.sigmoid(scores.logits()[i][label]);
        double p = Math.exp(scores.logits()[i][label]);
        return p < 1.5 * LEAST ? 0 : p;
    }

    private static final class Reading {
        private final Table table;
        private final Optional<LabelThresholds> thresholds;
        private final List<boolean[]> sets = new ArrayList<>();
        private final List<String> classes = new ArrayList<>();
        private final Map<String, Integer> labelOf = new HashMap<>();
        private final List<String> files = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();
        private final List<float[]> logits = new ArrayList<>();
        private int unknown;
        private int rest;

        Reading(Table table, Optional<LabelThresholds> thresholds) throws IOException {
            this.table = table;
            this.thresholds = thresholds;
            List<String> header = table.header();
            for (String column : header.subList(HEADER.size(), header.size())) {
                if (!column.startsWith("p(") || !column.endsWith(")"))
                    throw new IOException("its column '" + column + "' is not p(CLASS)");
                labelOf.put(column.substring(2, column.length() - 1), classes.size());
                classes.add(column.substring(2, column.length() - 1));
            }
            if (classes.isEmpty()) throw new IOException("it has no column p(CLASS)");
            int known = thresholds.map(t -> t.values().size()).orElse(classes.size());
            if (known != classes.size())
                throw new IOException(
                        "it has " + classes.size() + " columns p(LABEL), and the model " + known + " labels");
        }

        Predictions all(String name) throws IOException {
            for (String[] row = table.next(); row != null; row = table.next()) add(row);
            int[] samples = new int[files.size()];
            for (int i = 0; i < samples.length; i++) samples[i] = i;
            float[][] rows = logits.toArray(new float[0][]);
            Scores scores = thresholds.isPresent()
                    ? Scores.multiLabel(samples, new LabelSets(sets.toArray(new boolean[0][]), thresholds.get()), rows)
                    : new Scores(samples, labels.stream().mapToInt(l -> l).toArray(), rows);
            return new Predictions(name, List.copyOf(classes), List.copyOf(files), scores, new Left(unknown, rest));
        }

        private void add(String[] row) throws IOException {
            if (thresholds.isPresent()) addSet(row);
            else addOne(row);
        }

        private void addSet(String[] row) throws IOException {
            boolean[] has = set(row[1]);
            boolean[] given = set(row[2]);
            if (has == null || given == null) unknown++;
            else if ((long) files.size() * classes.size() >= MOST_VALUES) rest++;
            else {
                files.add(row[0]);
                sets.add(has);
                logits.add(logits(row, given));
            }
        }

        /** Null if a label has no column. */
        private boolean[] set(String labels) {
            boolean[] set = new boolean[classes.size()];
            for (String label : labels.isEmpty() ? new String[0] : labels.split("\\|", -1)) {
                Integer column = labelOf.get(label);
                if (column == null) return null;
                set[column] = true;
            }
            return set;
        }

        /** Logits with the same sigmoid. On a threshold, after rounding, the file says on which side it was. */
        private float[] logits(String[] row, boolean[] given) throws IOException {
            float[] values = new float[classes.size()];
            for (int c = 0; c < values.length; c++) {
                double p = Math.min(1 - LEAST, Math.max(LEAST, table.number(row, HEADER.size() + c)));
                values[c] = (float) Math.log(p / (1 - p));
                double threshold = thresholds.get().values().get(c);
                if (given[c] == thresholds.get().isAbove(c, values[c])) continue;
                float edge = (float) Math.log(threshold / (1 - threshold));
                float step = Math.max(1e-6f, Math.abs(edge) * 1e-6f);
                if (Math.abs(p - threshold) < 1e-6) values[c] = given[c] ? edge + step : edge - step;
            }
            return values;
        }

        private void addOne(String[] row) throws IOException {
            Integer label = labelOf.get(row[1]);
            if (label == null) unknown++;
            else if ((long) files.size() * classes.size() >= MOST_VALUES) rest++;
            else {
                files.add(row[0]);
                labels.add(label);
                logits.add(logits(row, labelOf.get(row[2])));
            }
        }

        /** Logarithms of the probabilities: logits with the same softmax. */
        private float[] logits(String[] row, Integer predicted) throws IOException {
            float[] values = new float[classes.size()];
            for (int c = 0; c < values.length; c++) {
                double p = table.number(row, HEADER.size() + c);
                values[c] = (float) Math.log(p < LEAST ? LEAST : p);
            }
            // equal after rounding: the file says which one was greater
            if (predicted != null && isGreatest(values, predicted)) values[predicted] = Math.nextUp(values[predicted]);
            return values;
        }

        private static boolean isGreatest(float[] values, int c) {
            for (float v : values) if (v > values[c]) return false;
            return true;
        }
    }
}
