package dev.graft.evaluate;

import dev.graft.metrics.ConfusionMatrix;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Metrics;
import dev.graft.metrics.PerClass;
import dev.graft.metrics.Scores;
import dev.graft.predict.Answer;
import dev.graft.report.PredictionsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a saved model makes of labelled pictures.
 *
 * @param classes of the model
 * @param rows one for each picture that could be read, in the order of the pictures
 * @param scores of the same pictures; a label is an index into {@code classes}
 * @param unreadable the pictures that could not be read; no metric counts them
 * @param seconds that the pictures took, without the opening of the model
 */
public record EvaluationResult(
        List<String> classes,
        List<PredictionsFile.Row> rows,
        Scores scores,
        List<Answer.Unreadable> unreadable,
        double seconds) {
    /** Top-5 accuracy says nothing for fewer classes. */
    private static final int TOP = 5;

    public EvaluationResult {
        classes = List.copyOf(classes);
        rows = List.copyOf(rows);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * All of {@link Metrics#all} by name, in a fixed order, and the top-5 accuracy if there are more than five classes; of
     * a multi-label model all of {@link Metrics#multiLabel}. NaN where a metric has no value.
     */
    public Map<String, Double> metrics() {
        List<Metric> wanted = new ArrayList<>(scores.isMultiLabel() ? Metrics.multiLabel() : Metrics.all());
        if (classes.size() > TOP && !scores.isMultiLabel()) wanted.add(1, Metrics.topK(TOP));
        Map<String, Double> values = new LinkedHashMap<>();
        wanted.forEach(m -> values.put(m.name(), m.of(scores)));
        return values;
    }

    /** The metrics of each class, in the order of the classes. */
    public List<PerClass> perClass() {
        return PerClass.of(scores);
    }

    /**
     * The number of pictures for each pair of class and predicted class.
     *
     * @throws IllegalStateException for a multi-label model: {@link #perClass} has the numbers of each label
     */
    public ConfusionMatrix confusion() {
        return ConfusionMatrix.of(scores);
    }

    /** The number of evaluated pictures of each class, or with each label, in the order of the classes. */
    public int[] counts() {
        int[] counts = new int[classes.size()];
        for (int i = 0; i < scores.count(); i++)
            for (int c = 0; c < counts.length; c++) if (scores.has(i, c)) counts[c]++;
        return counts;
    }

    /**
     * The wrong predictions of which the model is surest, the surest first; of equals, the first picture first. Of a
     * multi-label model, each label that a picture gets wrongly, or lacks wrongly, is one.
     */
    public List<Mistake> worst(int most) {
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < scores.count(); i++) {
            if (scores.isMultiLabel()) addWrongLabels(i, mistakes);
            else if (!scores.isRight(i)) mistakes.add(mistake(i));
        }
        mistakes.sort(Comparator.comparingDouble(Mistake::probability).reversed());
        return List.copyOf(mistakes.subList(0, Math.min(most, mistakes.size())));
    }

    private Mistake mistake(int i) {
        int predicted = scores.predicted(i);
        int actual = scores.labels()[i];
        float[] p = rows.get(i).probabilities();
        return new Mistake(rows.get(i).file(), classes.get(actual), classes.get(predicted), p[predicted], p[actual]);
    }

    private void addWrongLabels(int i, List<Mistake> mistakes) {
        for (int c = 0; c < classes.size(); c++) {
            boolean has = scores.has(i, c);
            if (has == scores.predicts(i, c)) continue;
            float p = rows.get(i).probabilities()[c];
            String with = classes.get(c);
            String without = "not " + with;
            mistakes.add(
                    has
                            ? new Mistake(rows.get(i).file(), with, without, 1 - p, p)
                            : new Mistake(rows.get(i).file(), without, with, p, 1 - p));
        }
    }

    /**
     * Writes {@code predictions.csv}, see {@link PredictionsFile}.
     *
     * @throws IOException when the file cannot be written; an existing file is then unchanged
     */
    public void writePredictions(Path file) throws IOException {
        PredictionsFile.write(file, classes, rows);
    }
}
