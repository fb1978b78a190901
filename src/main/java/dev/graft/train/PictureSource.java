package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.BatchStream;
import dev.graft.batch.HostBatch;
import dev.graft.batch.PixelCache;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.fuse.FusedTrunk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Pictures, read anew in every pass unless their pixels are kept, and the whole network; or a fused trunk, which this owns,
 * and the network from a layer on. Loader, staging and classifier stay the caller's.
 */
final class PictureSource implements Source {
    private final Classifier classifier;
    private final Precision precision;
    private final Views views;
    private final List<Sample> train;
    private final List<Sample> validation;
    private final BatchLoader loader;
    private final Staging staging;
    private final FusedTrunk trunk;
    private final String from;

    PictureSource(
            Classifier classifier,
            Precision precision,
            Views views,
            List<Sample> train,
            List<Sample> validation,
            BatchLoader loader,
            Staging staging,
            PixelCache pixels)
            throws IOException {
        this(classifier, precision, views, train, validation, loader, staging, pixels, null, null);
    }

    /**
     * With a trunk in evaluation mode, whose precision is its own.
     *
     * @param precision of what lies behind the trunk
     * @param from the layer behind the trunk
     */
    PictureSource(
            Classifier classifier,
            Precision precision,
            Views views,
            List<Sample> train,
            List<Sample> validation,
            BatchLoader loader,
            Staging staging,
            PixelCache pixels,
            FusedTrunk trunk,
            String from)
            throws IOException {
        this.classifier = classifier;
        this.precision = precision;
        this.views = views;
        this.train = train;
        this.validation = validation;
        this.loader = loader;
        this.staging = staging;
        this.trunk = trunk;
        this.from = from;
        try {
            loader.keep(pixels, views.count() == 0 ? List.of(train, validation) : List.of(validation));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public Pass train(int epoch, int[] order, int firstBatch) {
        return pass(loader.stream(train, order, firstBatch, views.inEpoch(epoch)));
    }

    @Override
    public Pass validation(int[] order) {
        return pass(loader.stream(validation, order, 0));
    }

    private Pass pass(BatchStream stream) {
        return new Pass() {
            @Override
            public Batch next() throws IOException {
                HostBatch host = stream.next();
                if (host == null) {
                    return null;
                }
                dev.graft.batch.Batch moved = staging.toDevice(host);
                return new Batch(moved.images(), moved.labels(), Arrays.copyOf(host.samples(), host.size()));
            }

            @Override
            public int taken() {
                return stream.taken();
            }

            @Override
            public long waitedNanos() {
                return stream.waitedNanos();
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    @Override
    public void trainingMode(boolean on) {
        if (trunk == null || !on) classifier.trainingMode(on);
        else classifier.trainingModeFrom(from);
    }

    @Override
    public Tensor logits(Tensor images) {
        if (trunk == null) return classifier.forward(images);
        Tensor features;
        try (InferenceMode inference = new InferenceMode(true)) {
            features = trunk.features(images);
        }
        return classifier.forwardFrom(from, features.clone()); // nothing learns from what inference mode made
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public Map<String, String> skipped() {
        return loader.skipped();
    }

    @Override
    public void close() {
        if (trunk != null) trunk.close();
    }
}
