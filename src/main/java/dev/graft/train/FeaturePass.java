package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.PixelCache;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.features.CalibrationPass;
import dev.graft.features.FeatureExtractor;
import dev.graft.features.FeatureStore;
import dev.graft.features.Features;
import dev.graft.image.SeededView;
import dev.graft.model.Classifier;
import dev.graft.model.Fusion;
import dev.graft.model.Precision;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** The one pass of a run's pictures through what lies before the first layer that learns, which then learns from what it gave. */
record FeaturePass(
        Classifier classifier,
        TrainingPlan plan,
        ComputeDevice device,
        BatchLoader loader,
        Staging staging,
        Optional<FeatureStore> store,
        long mostBytes,
        PixelCache pixels,
        List<TrainingListener> listeners,
        BooleanSupplier stop) {
    private static final System.Logger LOG = System.getLogger("dev.graft");

    /**
     * The features of all samples as a source; null when asked to stop before the end.
     *
     * @param epoch the first that is to be trained: views that only earlier ones saw are not computed
     */
    Source run(List<Sample> train, List<Sample> validation, int epoch, int batchSize) throws IOException {
        classifier.trainingMode(false);
        String from = Cut.before(plan.groups());
        List<Optional<SeededView>> views = IntStream.range(epoch, plan.epochs())
                .mapToObj(plan.views()::inEpoch)
                .distinct()
                .toList();
        Fusion fusion = fusion(from, train);
        long rows = (long) train.size() * views.size() + validation.size();
        long bytes = Float.BYTES * fusion.size() * rows;
        if (bytes > mostBytes) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "training: what lies before " + from + " gives " + (bytes >> 20) + " MB of features, more than the "
                            + (mostBytes >> 20) + " MB that are allowed: it is computed anew in every epoch");
            return new PictureSource(
                    classifier,
                    Precision.FP32,
                    plan.views(),
                    train,
                    validation,
                    loader,
                    staging,
                    pixels,
                    fusion.fuse(),
                    from);
        }
        // Before a stage they are hundreds of times as many, and quicker computed than read.
        Optional<FeatureStore> kept = from.equals(Classifier.HEAD) ? store : Optional.empty();
        try (FeatureExtractor extractor = new FeatureExtractor(fusion, loader, staging, kept, plan.decoders())) {
            return run(extractor, from, train, views, validation, batchSize);
        }
    }

    private Source run(
            FeatureExtractor extractor,
            String from,
            List<Sample> train,
            List<Optional<SeededView>> views,
            List<Sample> validation,
            int batchSize)
            throws IOException {
        long start = System.nanoTime();
        int passing = train.size() * views.size() + validation.size();
        int[] done = {0};
        extractor.stopWhen(stop).progress(n -> {
            done[0] += n;
            listeners.forEach(l -> l.onPicturesThroughTrunk(done[0], passing));
        });
        Map<Optional<SeededView>, Features> ofTrain = extractor.extract(train, views);
        if (ofTrain == null) {
            return null;
        }
        try (Features ofValidation = extractor.extract(validation)) {
            if (ofValidation == null) {
                return null;
            }
            List<Features> all = new ArrayList<>(ofTrain.values());
            all.add(ofValidation);
            TrainingListener.TrunkPass event = new TrainingListener.TrunkPass(
                    (views.isEmpty() ? 0 : train.size())
                            + validation.size(), // none are trained on once all epochs are done
                    plan.views().count() == 0 ? 0 : views.size(),
                    all.stream().mapToInt(Features::computed).sum(),
                    all.stream().mapToInt(Features::found).sum(),
                    (System.nanoTime() - start) / 1e9,
                    extractor.waitedNanos() / 1e9);
            for (TrainingListener l : listeners) {
                l.onTrunkPass(event);
            }
            return new FeatureSource(
                    classifier,
                    from,
                    device,
                    batchSize,
                    plan.views(),
                    train,
                    ofTrain,
                    validation,
                    ofValidation,
                    loader.skipped());
        } finally {
            ofTrain.values().forEach(Features::close);
        }
    }

    private Fusion fusion(String from, List<Sample> train) throws IOException {
        return plan.precision() == Precision.INT8
                ? Fusion.int8(
                        classifier, new CalibrationPass(classifier, loader, staging, store, plan.decoders()).of(train))
                : Fusion.of(classifier, from, plan.precision(), device);
    }
}
