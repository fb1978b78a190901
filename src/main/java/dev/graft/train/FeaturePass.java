package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.PixelCache;
import dev.graft.batch.Staging;
import dev.graft.features.CalibrationPass;
import dev.graft.features.FeatureExtractor;
import dev.graft.features.FeatureStore;
import dev.graft.features.Features;
import dev.graft.image.augment.SeededView;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.fuse.Fusion;
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
     * The features of all samples as a source; empty when asked to stop before the end.
     *
     * @param epoch the first that is to be trained: views that only earlier ones saw are not computed
     */
    Optional<Source> run(RunData data, int epoch, int batchSize) throws IOException {
        classifier.trainingMode(false);
        String from = Cut.before(plan.groups());
        List<Optional<SeededView>> views = IntStream.range(epoch, plan.epochs())
                .mapToObj(plan.views()::inEpoch)
                .distinct()
                .toList();
        if (plan.precision() == Precision.INT8 && !data.read(plan.decoders(), stop)) return Optional.empty();
        Fusion fusion = fusion(from, data);
        long rows =
                (long) data.train().size() * views.size() + data.validation().size();
        long bytes = Float.BYTES * fusion.size() * rows;
        if (bytes > mostBytes) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "training: what lies before " + from + " gives " + (bytes >> 20) + " MB of features, more than the "
                            + (mostBytes >> 20) + " MB that are allowed: it is computed anew in every epoch");
            return Optional.of(new PictureSource(
                    classifier,
                    Precision.FP32,
                    plan.views(),
                    data.train(),
                    data.validation(),
                    loader,
                    staging,
                    pixels,
                    fusion.fuse(batchSize),
                    from));
        }
        if (!data.read(plan.decoders(), stop)) return Optional.empty();
        // Before a stage they are hundreds of times as many, and quicker computed than read.
        Optional<FeatureStore> kept = from.equals(Classifier.HEAD) ? store : Optional.empty();
        try (FeatureExtractor extractor = new FeatureExtractor(fusion, loader, staging, kept, plan.decoders())) {
            return run(extractor, from, data, views, batchSize);
        }
    }

    private Optional<Source> run(
            FeatureExtractor extractor, String from, RunData data, List<Optional<SeededView>> views, int batchSize)
            throws IOException {
        long start = System.nanoTime();
        int passing = data.train().size() * views.size() + data.validation().size();
        int[] done = {0};
        extractor.stopWhen(stop).progress(n -> {
            done[0] += n;
            listeners.forEach(l -> l.onPicturesThroughTrunk(done[0], passing));
        });
        Optional<Map<Optional<SeededView>, Features>> train = views.isEmpty()
                ? Optional.of(Map.of()) // all epochs are done: none is trained on
                : extractor.extract(data.trainContents(), views);
        if (train.isEmpty()) return Optional.empty();
        try {
            Optional<Features> validation = validationFeatures(extractor, data);
            if (validation.isEmpty()) return Optional.empty();
            try (Features ofValidation = validation.get()) {
                tell(extractor, data, views, train.get(), ofValidation, (System.nanoTime() - start) / 1e9);
                return Optional.of(new FeatureSource(
                        classifier,
                        from,
                        device,
                        batchSize,
                        plan.views(),
                        data.train(),
                        train.get(),
                        data.validation(),
                        ofValidation,
                        loader.skipped()));
            }
        } finally {
            train.get().values().forEach(Features::close);
        }
    }

    private void tell(
            FeatureExtractor extractor,
            RunData data,
            List<Optional<SeededView>> views,
            Map<Optional<SeededView>, Features> train,
            Features validation,
            double seconds)
            throws IOException {
        List<Features> all = new ArrayList<>(train.values());
        all.add(validation);
        TrainingListener.TrunkPass event = new TrainingListener.TrunkPass(
                (views.isEmpty() ? 0 : data.train().size()) + data.validation().size(),
                plan.views().count() == 0 ? 0 : views.size(),
                all.stream().mapToInt(Features::computed).sum(),
                all.stream().mapToInt(Features::found).sum(),
                seconds,
                extractor.waitedNanos() / 1e9);
        for (TrainingListener l : listeners) {
            l.onTrunkPass(event);
        }
    }

    private Optional<Features> validationFeatures(FeatureExtractor extractor, RunData data) throws IOException {
        Optional<SeededView> asTheyAre = Optional.empty();
        return extractor.extract(data.validationContents(), List.of(asTheyAre)).map(one -> one.get(asTheyAre));
    }

    private Fusion fusion(String from, RunData data) throws IOException {
        return plan.precision() == Precision.INT8
                ? Fusion.int8(
                        classifier, new CalibrationPass(classifier, loader, staging, store).of(data.trainContents()))
                : Fusion.of(classifier, from, plan.precision(), device);
    }
}
