package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Staging;
import dev.graft.features.CalibrationPass;
import dev.graft.features.FeatureExtractor;
import dev.graft.features.FeatureStore;
import dev.graft.features.Features;
import dev.graft.image.augment.SeededView;
import dev.graft.image.augment.Views;
import dev.graft.model.Classifier;
import dev.graft.model.Precision;
import dev.graft.model.TrunkSource;
import dev.graft.model.fuse.FusedTrunk;
import dev.graft.model.fuse.Fusion;
import dev.graft.model.fuse.ScriptTrunkSource;
import dev.graft.plan.Phase;
import dev.graft.report.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Computes the features of a run's pictures once with the frozen layers, as input for the layers that learn. */
record FeatureComputation(RunContext context, Phase phase, BatchLoader loader, Staging staging) {
    /** Features, those of readable pictures, their float64, and as much again while they are centred. */
    private static final int FITTED = 6;

    private static final System.Logger LOG = System.getLogger("dev.graft");

    /**
     * The features of all samples as a source.
     *
     * @param from the first epoch to train, counted over all phases; views of earlier epochs are not computed
     * @param to the epoch after the last of this phase
     * @throws Stopped when asked to stop before all features are ready
     */
    Source source(int from, int to) throws IOException, Stopped {
        context.classifier().trainingMode(false);
        String layer = phase.firstThatLearns();
        List<Optional<SeededView>> views = phase.fitsAtOnce() ? all(from, to) : seen(from, to);
        RunData data = context.data();
        if (context.plan().compute().precision() == Precision.INT8) readContents();
        TrunkSource fusion = fusion(layer);
        long rows =
                (long) data.train().size() * views.size() + data.validation().size();
        long bytes = Float.BYTES * fusion.size() * rows;
        if (context.team().any((phase.fitsAtOnce() ? FITTED : 1) * bytes > context.mostFeatureBytes())) {
            requireFits(bytes);
            LOG.log(
                    System.Logger.Level.INFO,
                    "training: the features before " + layer + " need " + (bytes >> 20)
                            + " MB, more than the allowed " + (context.mostFeatureBytes() >> 20)
                            + " MB: all pictures pass through the frozen layers in every epoch");
            return new PictureSource(context, loader, staging, Precision.FP32, fusion.fuse(context.batchSize()), layer);
        }
        readContents();
        // Before a stage, features are hundreds of times larger: computing them is faster than reading them.
        Optional<FeatureStore> kept = layer.equals(Classifier.HEAD) ? context.store() : Optional.empty();
        try (FeatureExtractor extractor = new FeatureExtractor(fusion, loader, staging, kept, context.decoders())) {
            return source(extractor, layer, views);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private List<Optional<SeededView>> seen(int from, int to) {
        IntStream epochs = IntStream.range(from, to);
        if (NormStatistics.areFor(phase)) epochs = IntStream.concat(IntStream.of(0), epochs);
        return epochs.mapToObj(planned()::inEpoch).distinct().toList();
    }

    /** A head that is fitted at once takes the pictures as they are and all views. */
    private List<Optional<SeededView>> all(int from, int to) {
        if (from == to) return List.of();
        Stream<Optional<SeededView>> views =
                IntStream.range(0, planned().count()).mapToObj(planned()::inEpoch);
        return Stream.concat(Stream.of(Optional.<SeededView>empty()), views).toList();
    }

    private void requireFits(long bytes) {
        if (phase.fitsAtOnce())
            throw new IllegalArgumentException("training: the features that the head is fitted to take "
                    + (bytes >> 20) + " MB, with what it takes beside them " + FITTED + " times that; allowed are "
                    + (context.mostFeatureBytes() >> 20) + " MB: allow more (Trainer.featuresWithin), take fewer views,"
                    + " or the recipe fast");
    }

    private Views planned() {
        return context.plan().input().views();
    }

    private void readContents() throws IOException, Stopped {
        if (!context.data().read(context.decoders(), context.stop(), context.team())) throw new Stopped();
    }

    private Source source(FeatureExtractor extractor, String layer, List<Optional<SeededView>> views)
            throws IOException, Stopped {
        long start = System.nanoTime();
        RunData data = context.data();
        Progress progress = new Progress(
                context.listeners(),
                data.train().size() * views.size() + data.validation().size(),
                context.team().size());
        context.team().at("features");
        context.team().ranks().ifPresent(extractor::among);
        extractor.stopWhen(context.stop()).progress(progress);
        Map<Optional<SeededView>, Features> train = views.isEmpty()
                ? Map.of() // all epochs are done: only the validation is needed
                : extractor.extract(data.trainContents(), views).orElseThrow(Stopped::new);
        try (Features validation = validation(extractor)) {
            tell(extractor, views, train, validation, (System.nanoTime() - start) / 1e9);
            return new FeatureSource(context, layer, train, validation, loader.skipped());
        } finally {
            train.values().forEach(Features::close);
        }
    }

    /** Tells listeners how many pictures have passed. */
    private static final class Progress implements IntConsumer {
        private final Listeners listeners;
        private final int all;
        private final int ranks; // each passes as many
        private int done;

        Progress(Listeners listeners, int all, int ranks) {
            this.listeners = listeners;
            this.all = all;
            this.ranks = ranks;
        }

        @Override
        public void accept(int more) {
            done = Math.min(all, done + more * ranks);
            try {
                listeners.tell(new Event.PicturesPassed(done, all));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void tell(
            FeatureExtractor extractor,
            List<Optional<SeededView>> views,
            Map<Optional<SeededView>, Features> train,
            Features validation,
            double seconds)
            throws IOException {
        List<Features> all = new ArrayList<>(train.values());
        all.add(validation);
        RunData data = context.data();
        context.listeners()
                .tell(new Event.FeaturesReady(
                        (views.isEmpty() ? 0 : data.train().size())
                                + data.validation().size(),
                        planned().count() == 0 ? 0 : views.size(),
                        all.stream().mapToInt(Features::computed).sum(),
                        all.stream().mapToInt(Features::found).sum(),
                        seconds,
                        extractor.waitedNanos() / 1e9));
    }

    private Features validation(FeatureExtractor extractor) throws IOException, Stopped {
        Optional<SeededView> asTheyAre = Optional.empty();
        return extractor
                .extract(context.data().validationContents(), List.of(asTheyAre))
                .orElseThrow(Stopped::new)
                .get(asTheyAre);
    }

    private TrunkSource fusion(String layer) throws IOException {
        Precision precision = context.plan().compute().precision();
        if (layer.equals(Classifier.HEAD) && !FusedTrunk.fits(context.classifier()))
            return new ScriptTrunkSource(context.classifier(), precision);
        return precision == Precision.INT8
                ? Fusion.int8(
                        context.classifier(),
                        new CalibrationPass(context.classifier(), loader, staging, context.store())
                                .of(context.data().trainContents()))
                : Fusion.of(context.classifier(), layer, precision, context.device());
    }
}
