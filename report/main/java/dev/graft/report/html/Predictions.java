package dev.graft.report.html;

import dev.graft.metrics.Scores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    static Predictions read(String name, Path file) throws IOException {
        try (Table table = Table.open(file)) {
            table.requireHeader(HEADER);
            return new Reading(table).all(name);
        }
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
        return scores.predicted(i) == scores.labels()[i];
    }

    /** The probability of a class for picture {@code i}, 0..1. */
    double probability(int i, int label) {
        double p = Math.exp(scores.logits()[i][label]);
        return p < 1.5 * LEAST ? 0 : p;
    }

    private static final class Reading {
        private final Table table;
        private final List<String> classes = new ArrayList<>();
        private final Map<String, Integer> labelOf = new HashMap<>();
        private final List<String> files = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();
        private final List<float[]> logits = new ArrayList<>();
        private int unknown;
        private int rest;

        Reading(Table table) throws IOException {
            this.table = table;
            List<String> header = table.header();
            for (String column : header.subList(HEADER.size(), header.size())) {
                if (!column.startsWith("p(") || !column.endsWith(")"))
                    throw new IOException("its column '" + column + "' is not p(CLASS)");
                labelOf.put(column.substring(2, column.length() - 1), classes.size());
                classes.add(column.substring(2, column.length() - 1));
            }
            if (classes.isEmpty()) throw new IOException("it has no column p(CLASS)");
        }

        Predictions all(String name) throws IOException {
            for (String[] row = table.next(); row != null; row = table.next()) add(row);
            int[] samples = new int[files.size()];
            for (int i = 0; i < samples.length; i++) samples[i] = i;
            Scores scores =
                    new Scores(samples, labels.stream().mapToInt(l -> l).toArray(), logits.toArray(new float[0][]));
            return new Predictions(name, List.copyOf(classes), List.copyOf(files), scores, new Left(unknown, rest));
        }

        private void add(String[] row) throws IOException {
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
