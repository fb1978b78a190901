package dev.graft.train;

import dev.graft.data.Sample;
import dev.graft.features.Features;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.Upload;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Features that a frozen trunk gave, and the network from the layer behind it on. Owns a copy of the features on the device. */
final class FeatureSource implements Source {
    /** One list of samples. */
    private record Part(List<Sample> samples, int[] rows, Tensor values) {}

    private final Classifier classifier;
    private final String from;
    private final ComputeDevice device;
    private final int batchSize;
    private final Map<String, String> skipped;
    private final Views views;
    private final Map<Optional<SeededView>, Part> train = new HashMap<>();
    private final Part validation;

    /**
     * Copies the features.
     *
     * @param ofTrain features of the training samples in each view that an epoch will ask for
     */
    FeatureSource(
            Classifier classifier,
            String from,
            ComputeDevice device,
            int batchSize,
            Views views,
            List<Sample> train,
            Map<Optional<SeededView>, Features> ofTrain,
            List<Sample> validation,
            Features ofValidation,
            Map<String, String> skipped) {
        this.classifier = classifier;
        this.from = from;
        this.device = device;
        this.batchSize = batchSize;
        this.views = views;
        this.skipped = new TreeMap<>(skipped); // in the order of their names
        try (NativeScope scope = NativeScope.open()) {
            ofTrain.forEach((view, features) -> this.train.put(view, part(train, features)));
            this.validation = part(validation, ofValidation);
        }
    }

    private Part part(List<Sample> samples, Features features) {
        return new Part(
                samples,
                features.rows(),
                NativeScope.own(features.values().to(device.toTorch(), torch.ScalarType.Float)));
    }

    @Override
    public Pass train(int epoch, int[] order, int firstBatch) {
        return pass(train.get(views.inEpoch(epoch)), order, firstBatch);
    }

    @Override
    public Pass validation(int[] order) {
        return pass(validation, order, 0);
    }

    private Pass pass(Part part, int[] order, int firstBatch) {
        return new Pass() {
            private int taken = firstBatch;

            @Override
            public Batch next() {
                while ((long) taken * batchSize < order.length) {
                    int start = taken * batchSize;
                    taken++;
                    int[] all = Arrays.copyOfRange(order, start, Math.min(order.length, start + batchSize));
                    int[] there = IntStream.of(all)
                            .filter(sample -> part.rows[sample] >= 0)
                            .toArray();
                    if (there.length > 0) {
                        return batch(part, there);
                    }
                }
                return null;
            }

            @Override
            public int taken() {
                return taken;
            }

            @Override
            public long waitedNanos() {
                return 0; // all is there
            }

            @Override
            public void close() {
                // nothing is under way
            }
        };
    }

    private Batch batch(Part part, int[] samples) {
        long[] rows =
                IntStream.of(samples).mapToLong(sample -> part.rows[sample]).toArray();
        long[] labels = IntStream.of(samples)
                .mapToLong(sample -> part.samples.get(sample).label())
                .toArray();
        Device where = device.toTorch();
        Tensor input = part.values.index_select(0, Upload.longs(rows, where));
        return new Batch(input, Upload.longs(labels, where), samples);
    }

    @Override
    public void trainingMode(boolean on) {
        if (on) classifier.trainingModeFrom(from);
        else classifier.trainingMode(false);
    }

    @Override
    public Tensor logits(Tensor features) {
        return classifier.forwardFrom(from, features);
    }

    @Override
    public Precision precision() {
        return Precision.FP32; // a head is small: the trunk alone gains by another one
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
