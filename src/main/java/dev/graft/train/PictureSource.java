package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.BatchStream;
import dev.graft.batch.DeviceBatch;
import dev.graft.batch.HostBatch;
import dev.graft.batch.Portion;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.model.Trunk;
import dev.graft.plan.Mode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Batches of pictures, for the whole network, or for a fused trunk and the layers after it. Files are read again in
 * every epoch unless their pixels are cached. Owns the trunk; the caller owns loader, staging and classifier.
 */
final class PictureSource implements Source {
    private final RunContext context;
    private final BatchLoader loader;
    private final Staging staging;
    private final Precision precision;
    private final Trunk trunk; // null where the whole network runs
    private final String from;

    /** For the whole network. */
    PictureSource(RunContext context, BatchLoader loader, Staging staging, Precision precision) throws IOException {
        this(context, loader, staging, precision, null, null);
    }

    /**
     * With a trunk in evaluation mode, which has its own precision.
     *
     * @param precision of the layers after the trunk
     * @param from the first layer after the trunk
     */
    PictureSource(
            RunContext context, BatchLoader loader, Staging staging, Precision precision, Trunk trunk, String from)
            throws IOException {
        this.context = context;
        this.loader = loader;
        this.staging = staging;
        this.precision = precision;
        this.trunk = trunk;
        this.from = from;
        try {
            if (!loader.keepsPixels())
                loader.keep(context.keptPixels(), context.data().seenAsTheyAre(context.plan()));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public Batches train(int epoch, int[] order, int firstBatch) {
        List<Sample> samples = context.data().train();
        if (!context.team().isAlone()) return slices(samples, epoch, order, firstBatch);
        return batches(
                samples,
                loader.stream(
                        samples,
                        order,
                        firstBatch,
                        context.plan().input().views().inEpoch(epoch)));
    }

    private Batches slices(List<Sample> samples, int epoch, int[] order, int firstBatch) {
        int batchSize = context.batchSize();
        int[] own = context.team().slices(order, batchSize);
        BatchStream stream = loader.stream(
                samples,
                own,
                firstBatch,
                context.plan().input().views().inEpoch(epoch),
                new Portion(context.team().share(batchSize), true));
        return new Slices(batches(samples, stream), order.length, batchSize, firstBatch);
    }

    @Override
    public Team dividesAmong() {
        return context.team();
    }

    @Override
    public Batches validation(int[] order) {
        List<Sample> samples = context.data().validation();
        return batches(samples, loader.stream(samples, order, 0));
    }

    private Batches batches(List<Sample> samples, BatchStream stream) {
        return new Batches() {
            @Override
            public InputBatch next() throws IOException {
                HostBatch host = stream.next();
                if (host == null) {
                    return null;
                }
                if (host.size() == 0) return InputBatch.empty();
                DeviceBatch moved = staging.toDevice(host);
                int[] rows = Arrays.copyOf(host.samples(), host.size());
                return new InputBatch(moved.images(), target(moved, samples, rows), rows);
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

    private Tensor target(DeviceBatch moved, List<Sample> samples, int[] rows) {
        ModelCard card = context.classifier().card();
        return card.isMultiLabel()
                ? Targets.of(card, samples, rows, moved.images().device())
                : moved.labels();
    }

    @Override
    public void mode(Mode mode) {
        if (mode == Mode.EVALUATION) context.classifier().trainingModeFrom(Classifier.HEAD);
        else if (trunk == null) context.classifier().trainingMode(true);
        else context.classifier().trainingModeFrom(from);
    }

    @Override
    public Tensor logits(Tensor images) {
        if (trunk == null) return context.classifier().forward(images);
        Tensor features;
        try (InferenceMode inference = new InferenceMode(true)) {
            features = trunk.features(images);
        }
        return context.classifier()
                .forwardFrom(from, features.clone()); // autograd does not accept tensors of inference mode
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
