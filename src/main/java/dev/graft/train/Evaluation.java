package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.metrics.LabelSets;
import dev.graft.metrics.Scores;
import dev.graft.model.BatchMemory;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.Probabilities;
import dev.graft.torch.Autocast;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Tf32;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The outputs of a classifier for a list of samples.
 *
 * @param scores samples, labels and logits of all samples that could be read
 * @param probabilities softmax of the logits in float32, or for a multi-label model their sigmoid, computed by LibTorch,
 *     [samples][classes]
 */
public record Evaluation(Scores scores, float[][] probabilities) {
    /**
     * Evaluates samples in evaluation mode. The classifier stays in that mode.
     *
     * @param team whose ranks evaluate a part each, if the source divides its work, and all get the whole; they do not stop
     * @throws Stopped when {@code stop} became true before the last batch
     */
    static Evaluation of(Classifier classifier, List<Sample> list, Source source, BooleanSupplier stop, Team team)
            throws IOException, Stopped {
        classifier.trainingMode(false);
        List<Tensor> parts = new ArrayList<>();
        IntStream.Builder samples = IntStream.builder();
        int[] order = source.dividesAmong().part(IntStream.range(0, list.size()).toArray());
        try (Source.Batches batches = source.validation(order);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            while (true) {
                try (NativeScope step = NativeScope.open()) {
                    Source.InputBatch batch = batches.next();
                    if (batch == null) {
                        break;
                    }
                    parts.add(NativeScope.own(logits(classifier, source, batch)));
                    IntStream.of(batch.samples()).forEach(samples::add);
                }
                if (team.isAlone() && stop.getAsBoolean()) {
                    throw new Stopped();
                }
            }
            int[] judged = samples.build().toArray();
            if (!team.isAlone())
                judged = gather(classifier, judged, parts, source.dividesAmong().isAlone(), team);
            return of(classifier.card(), list, judged, parts);
        } finally {
            parts.forEach(Tensor::close);
        }
    }

    /** Replaces the parts of this rank by those of all ranks, and returns the indices of their samples. */
    private static int[] gather(Classifier classifier, int[] own, List<Tensor> parts, boolean whole, Team team) {
        if (whole) { // each rank has all: rank 0's, as decisions are taken by them
            parts.forEach(team.group()::takeFirst);
            return own;
        }
        int classes = classifier.card().classes().size();
        Tensor rows = parts.isEmpty()
                ? torch.zeros(0, classes).to(classifier.device().toTorch(), torch.ScalarType.Float)
                : torch.cat(new TensorVector(parts.toArray(Tensor[]::new)));
        List<Tensor> gathered = team.group().gather(rows);
        parts.forEach(Tensor::close);
        parts.clear();
        gathered.stream().filter(t -> t.size(0) > 0).forEach(t -> parts.add(NativeScope.own(t)));
        ByteBuffer bytes = ByteBuffer.allocate(own.length * Integer.BYTES);
        bytes.asIntBuffer().put(own);
        return team.group().gather(bytes.array()).stream()
                .flatMapToInt(b -> IntStream.range(0, b.length / Integer.BYTES)
                        .map(i -> ByteBuffer.wrap(b).getInt(i * Integer.BYTES)))
                .toArray();
    }

    private static Tensor logits(Classifier classifier, Source source, Source.InputBatch batch) {
        try (Tf32 products = source.precision().products();
                Autocast forward = source.precision().autocast(classifier.device())) {
            return source.logits(batch.input()).to(torch.ScalarType.Float);
        } catch (RuntimeException e) {
            throw BatchMemory.explain(e, classifier, batch.samples().length, false);
        }
    }

    private static Evaluation of(ModelCard card, List<Sample> list, int[] judged, List<Tensor> parts) {
        if (parts.isEmpty()) {
            return new Evaluation(scores(card, list, judged, new float[0][]), new float[0][]);
        }
        Tensor all = torch.cat(new TensorVector(parts.toArray(Tensor[]::new)));
        return new Evaluation(scores(card, list, judged, rows(all)), rows(Probabilities.of(card, all)));
    }

    private static Scores scores(ModelCard card, List<Sample> list, int[] judged, float[][] logits) {
        if (card.thresholds().isPresent()) {
            boolean[][] has = Targets.has(card.classes().size(), list, judged);
            return Scores.multiLabel(
                    judged, new LabelSets(has, card.thresholds().get()), logits);
        }
        int[] labels = IntStream.of(judged).map(i -> list.get(i).label()).toArray();
        return new Scores(judged, labels, logits);
    }

    private static float[][] rows(Tensor of) {
        Tensor all = of.cpu().contiguous(); // waits for the device
        float[][] rows = new float[(int) all.size(0)][(int) all.size(1)];
        FloatPointer p = new FloatPointer(all.data_ptr());
        for (int i = 0; i < rows.length; i++) {
            p.position((long) i * rows[i].length).get(rows[i]);
        }
        return rows;
    }

    /** Index of each evaluated sample in the list; skipped pictures are missing. */
    public int[] samples() {
        return scores.samples();
    }

    /**
     * The label (class index) of each evaluated sample.
     *
     * @throws IllegalStateException for a multi-label model: {@link Scores#has} knows the labels
     */
    public int[] labels() {
        return scores.labels();
    }

    /** The predicted class of the i-th evaluated sample: the most probable one, the first of equals. */
    public int predicted(int i) {
        float[] p = probabilities[i];
        return IntStream.range(0, p.length).reduce(0, (best, c) -> p[c] > p[best] ? c : best);
    }

    /** The number of samples that are classified correctly: by a multi-label model, with all labels and no other. */
    public int correct() {
        if (scores.isMultiLabel()) return scores.correct();
        return (int) IntStream.range(0, samples().length)
                .filter(i -> predicted(i) == labels()[i])
                .count();
    }

    /** Top-1 accuracy, or for a multi-label model subset accuracy, 0..1; 0 if there are no samples. */
    public double accuracy() {
        return samples().length == 0 ? 0 : (double) correct() / samples().length;
    }

    /** A text such as {@code 247 of 279 correct (88.53%)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d of %d correct (%.2f%%)", correct(), samples().length, 100 * accuracy());
    }
}
