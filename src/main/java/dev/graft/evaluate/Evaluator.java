package dev.graft.evaluate;

import dev.graft.data.ImageFolder;
import dev.graft.data.Sample;
import dev.graft.metrics.LabelSets;
import dev.graft.metrics.LabelThresholds;
import dev.graft.metrics.Scores;
import dev.graft.predict.Answer;
import dev.graft.predict.Prediction;
import dev.graft.predict.PredictionStream;
import dev.graft.predict.Predictor;
import dev.graft.report.PredictionsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Evaluates a saved model with labelled pictures. The classes of the data are found among the model's by name; the data
 * need not have all of them. The caller owns the predictor and the data. Used by one thread.
 */
public final class Evaluator {
    private static final int SHOWN = 20;

    private final Predictor predictor;
    private Optional<LabelThresholds> thresholds;
    private BooleanSupplier stop = () -> false;
    private IntConsumer progress = n -> {};

    /** Makes an evaluator of this model. */
    public Evaluator(Predictor predictor) {
        this.predictor = Objects.requireNonNull(predictor, "predictor");
        this.thresholds = predictor.thresholds();
    }

    /**
     * Sets other thresholds than the model's.
     *
     * @throws IllegalArgumentException when the model is not multi-label, or has another number of labels
     */
    public Evaluator thresholds(LabelThresholds other) {
        int known = predictor.thresholds().map(t -> t.values().size()).orElse(0);
        if (other.values().size() != known)
            throw new IllegalArgumentException(
                    "evaluate: thresholds for " + other.values().size() + " labels, but the model has "
                            + (known == 0 ? "one class for each picture" : known + " labels"));
        thresholds = Optional.of(other);
        return this;
    }

    /** Sets a stop request. It is checked after every picture; once it returns true, {@link #evaluate} throws. */
    public Evaluator stopWhen(BooleanSupplier request) {
        stop = request;
        return this;
    }

    /** Sets a listener that receives, after every picture, the number of pictures so far. */
    public Evaluator progress(IntConsumer listener) {
        progress = listener;
        return this;
    }

    /**
     * Classifies the pictures of one part of the data. Pictures that cannot be read are listed in the result.
     *
     * @throws IllegalArgumentException when the data has classes that the model does not know, the part is empty, or the
     *     data is multi-label and the model is not
     * @throws IllegalStateException when a stop was requested
     */
    public EvaluationResult evaluate(ImageFolder data, Part part) {
        requireLabels(data);
        int[] labels = labels(data);
        List<Sample> samples = part.of(data);
        List<PredictionsFile.Row> rows = new ArrayList<>();
        List<float[]> logits = new ArrayList<>();
        IntStream.Builder read = IntStream.builder();
        List<Answer.Unreadable> unreadable = new ArrayList<>();
        long start = System.nanoTime();
        try (PredictionStream stream =
                predictor.stream(samples.stream().map(Sample::file).iterator())) {
            for (int i = 0; stream.hasNext(); i++) {
                Answer answer = stream.next();
                if (answer instanceof Answer.Unreadable u) unreadable.add(u);
                if (answer instanceof Answer.Classified c) {
                    rows.add(row(data, samples.get(i), labelled(c.prediction())));
                    logits.add(floats(c.prediction().logits()));
                    read.add(i);
                }
                progress.accept(i + 1);
                if (stop.getAsBoolean()) throw new IllegalStateException("evaluate: stopped before the last picture");
            }
        }
        int[] judged = read.build().toArray();
        List<Sample> known = IntStream.of(judged).mapToObj(samples::get).toList();
        Scores scores = scores(judged, known, labels, logits.toArray(float[][]::new));
        return new EvaluationResult(predictor.classes(), rows, scores, unreadable, (System.nanoTime() - start) * 1e-9);
    }

    /** @param labels the model's index of each class of the data */
    private Scores scores(int[] judged, List<Sample> samples, int[] labels, float[][] logits) {
        if (thresholds.isEmpty()) {
            int[] ofEach = samples.stream().mapToInt(s -> labels[s.label()]).toArray();
            return new Scores(judged, ofEach, logits);
        }
        boolean[][] has = new boolean[judged.length][predictor.classes().size()];
        for (int i = 0; i < judged.length; i++) for (int label : samples.get(i).labels()) has[i][labels[label]] = true;
        return Scores.multiLabel(judged, new LabelSets(has, thresholds.get()), logits);
    }

    private void requireLabels(ImageFolder data) {
        if (data.isMultiLabel() && predictor.thresholds().isEmpty())
            throw new IllegalArgumentException(
                    "evaluate: pictures of " + data.root() + " have any number of labels, and"
                            + " this model says exactly one class of each picture; give a model that was trained on such data");
    }

    /** For each class of the data, its index among the model's. */
    private int[] labels(ImageFolder data) {
        List<String> known = predictor.classes();
        List<String> unknown =
                data.classes().stream().filter(c -> !known.contains(c)).toList();
        if (unknown.isEmpty()) {
            return data.classes().stream().mapToInt(known::indexOf).toArray();
        }
        throw new IllegalArgumentException(
                "evaluate: the model does not know the class" + (unknown.size() == 1 ? " " : "es ")
                        + shown(unknown) + " of " + data.root() + "; it knows " + shown(known)
                        + "; rename or remove what it does not know, or give the model that was trained on these classes");
    }

    private static String shown(List<String> names) {
        String list = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() <= SHOWN ? list : list + " and " + (names.size() - SHOWN) + " more";
    }

    private Prediction labelled(Prediction p) {
        return thresholds.map(t -> p.withThresholds(t)).orElse(p);
    }

    private static PredictionsFile.Row row(ImageFolder data, Sample sample, Prediction prediction) {
        return new PredictionsFile.Row(
                data.nameOf(sample),
                data.labelsOf(sample),
                String.join("|", prediction.labels()),
                floats(prediction.probabilities()));
    }

    private static float[] floats(List<Float> values) {
        float[] all = new float[values.size()];
        for (int c = 0; c < all.length; c++) all[c] = values.get(c);
        return all;
    }
}
