package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.features.Features;
import dev.graft.head.HeadData;
import dev.graft.image.augment.SeededView;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.plan.Mode;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Upload;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Features from the frozen layers, and the rest of the network after these layers. Owns a copy of the features on the
 * device.
 */
final class FeatureSource implements Source {
    /** One list of samples. */
    private record Part(List<Sample> samples, int[] rows, Tensor values) {}

    private final RunContext context;
    private final String from;
    private final Map<String, String> skipped;
    private final Map<Optional<SeededView>, Part> train = new LinkedHashMap<>();
    private final Part validation;

    /**
     * Copies the features.
     *
     * @param from the first layer after the frozen ones
     * @param ofTrain features of the training samples, for each view that an epoch will use
     */
    FeatureSource(
            RunContext context,
            String from,
            Map<Optional<SeededView>, Features> ofTrain,
            Features ofValidation,
            Map<String, String> skipped) {
        this.context = context;
        this.from = from;
        this.skipped = new TreeMap<>(skipped); // sorted by name
        try (NativeScope scope = NativeScope.open()) {
            ofTrain.forEach(
                    (view, features) -> this.train.put(view, part(context.data().train(), features)));
            this.validation = part(context.data().validation(), ofValidation);
        }
    }

    private Part part(List<Sample> samples, Features features) {
        return new Part(
                samples,
                features.rows(),
                NativeScope.own(features.values().to(context.device().toTorch(), torch.ScalarType.Float)));
    }

    @Override
    public Batches train(int epoch, int[] order, int firstBatch) {
        Part part = train.get(context.plan().input().views().inEpoch(epoch));
        Team team = dividesAmong();
        if (team.isAlone()) return batches(part, order, firstBatch);
        team.requireDivides(context.batchSize());
        return batches(part, order, firstBatch, team);
    }

    /** A head on features takes milliseconds: each rank trains it alike. */
    @Override
    public Team dividesAmong() {
        return from.equals(Classifier.HEAD) ? Team.ALONE : context.team();
    }

    @Override
    public Batches validation(int[] order) {
        return batches(validation, order, 0);
    }

    private Batches batches(Part part, int[] order, int firstBatch) {
        return batches(part, order, firstBatch, Team.ALONE);
    }

    private Batches batches(Part part, int[] order, int firstBatch, Team team) {
        int batchSize = context.batchSize();
        return new Batches() {
            private int taken = firstBatch;

            @Override
            public InputBatch next() {
                while ((long) taken * batchSize < order.length) {
                    int start = taken * batchSize;
                    taken++;
                    int[] all = Arrays.copyOfRange(order, start, Math.min(order.length, start + batchSize));
                    int[] there = IntStream.of(team.part(all))
                            .filter(sample -> part.rows[sample] >= 0)
                            .toArray();
                    if (there.length > 0) return batch(part, there);
                    if (!team.isAlone()) return InputBatch.empty();
                }
                return null;
            }

            @Override
            public int taken() {
                return taken;
            }

            @Override
            public long waitedNanos() {
                return 0; // all features are in memory
            }

            @Override
            public void close() {
                // nothing to stop
            }
        };
    }

    /** The training samples whose features are there, in every view. */
    int[] readable() {
        return IntStream.range(0, context.data().train().size())
                .filter(i -> train.values().stream().allMatch(part -> part.rows[i] >= 0))
                .toArray();
    }

    /** What a head is fitted to, belonging to the open scope. */
    HeadData headData(int[] samples) {
        Part asTheyAre = train.get(Optional.<SeededView>empty());
        List<Tensor> views = train.values().stream()
                .filter(part -> part != asTheyAre)
                .map(part -> select(part, samples))
                .toList();
        int[] labels =
                IntStream.of(samples).map(i -> asTheyAre.samples.get(i).label()).toArray();
        boolean bias = context.classifier().parametersOf(Classifier.HEAD).keySet().stream()
                .anyMatch(name -> name.endsWith("bias"));
        int classes = context.classifier().card().classes().size();
        return new HeadData(select(asTheyAre, samples), views, labels, classes, bias);
    }

    private static Tensor select(Part part, int[] samples) {
        long[] rows = IntStream.of(samples).mapToLong(i -> part.rows[i]).toArray();
        return part.values.cpu().index_select(0, Tensor.create(rows, rows.length));
    }

    private InputBatch batch(Part part, int[] samples) {
        long[] rows =
                IntStream.of(samples).mapToLong(sample -> part.rows[sample]).toArray();
        Device where = context.device().toTorch();
        Tensor input = part.values.index_select(0, Upload.longs(rows, where));
        return new InputBatch(input, Targets.of(context.classifier().card(), part.samples, samples, where), samples);
    }

    @Override
    public void mode(Mode mode) {
        context.classifier().trainingModeFrom(mode == Mode.TRAINING ? from : Classifier.HEAD);
    }

    @Override
    public Tensor logits(Tensor features) {
        return context.classifier().forwardFrom(from, features);
    }

    @Override
    public Precision precision() {
        return Precision.FP32; // the head is small: another precision speeds up only the frozen layers
    }

    @Override
    public Map<String, String> skipped() {
        return skipped;
    }

    @Override
    public void close() {
        train.values().forEach(part -> part.values.close());
        validation.values.close();
    }
}
