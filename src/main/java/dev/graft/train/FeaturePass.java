package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Staging;
import dev.graft.data.Sample;
import dev.graft.features.FeatureExtractor;
import dev.graft.features.FeatureStore;
import dev.graft.features.Features;
import dev.graft.model.Classifier;
import dev.graft.model.FusedTrunk;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The one pass of a run's pictures through the frozen trunk, before the head learns from what it gave. */
record FeaturePass(
        Classifier classifier,
        TrainingPlan plan,
        ComputeDevice device,
        BatchLoader loader,
        Staging staging,
        Optional<FeatureStore> store,
        List<TrainingListener> listeners,
        BooleanSupplier stop) {
    /** The features of all samples as a source; null when asked to stop before the end. */
    Source run(List<Sample> train, List<Sample> validation, int batchSize) throws IOException {
        long start = System.nanoTime();
        int pictures = train.size() + validation.size();
        int[] done = {0};
        classifier.trainingMode(false);
        try (FusedTrunk trunk = FusedTrunk.of(classifier, plan.precision(), device)) {
            FeatureExtractor extractor = new FeatureExtractor(trunk, loader, staging, store, plan.workers())
                    .stopWhen(stop)
                    .progress(n -> {
                        done[0] += n;
                        listeners.forEach(l -> l.onPicturesThroughTrunk(done[0], pictures));
                    });
            try (Features ofTrain = extractor.extract(train);
                    Features ofValidation = ofTrain == null ? null : extractor.extract(validation)) {
                if (ofValidation == null) {
                    return null;
                }
                TrainingListener.TrunkPass event = new TrainingListener.TrunkPass(
                        pictures,
                        ofTrain.computed() + ofValidation.computed(),
                        ofTrain.found() + ofValidation.found(),
                        (System.nanoTime() - start) / 1e9);
                for (TrainingListener l : listeners) {
                    l.onTrunkPass(event);
                }
                return new FeatureSource(
                        classifier, device, batchSize, train, ofTrain, validation, ofValidation, loader.skipped());
            }
        }
    }
}
