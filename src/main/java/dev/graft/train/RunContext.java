package dev.graft.train;

import dev.graft.batch.PixelCache;
import dev.graft.features.FeatureStore;
import dev.graft.metrics.Metric;
import dev.graft.model.Classifier;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What all parts of one run share, made once when it begins.
 *
 * @param stop whether the run is asked to stop; once it says yes it goes on saying so
 * @param epochsLeft how many are to be trained
 * @param store of features
 * @param mostFeatureBytes how much memory features may take
 * @param pixels of pictures, kept for later epochs
 * @param metrics told at every epoch's end
 */
record RunContext(
        Classifier classifier,
        RunData data,
        TrainingPlan plan,
        ComputeDevice device,
        Orders orders,
        Listeners listeners,
        BooleanSupplier stop,
        int epochsLeft,
        Optional<FeatureStore> store,
        long mostFeatureBytes,
        PixelCache pixels,
        List<Metric> metrics) {
    /** How many threads decode. */
    int decoders() {
        return plan.upkeep().workers() == 0 ? Threads.decoders() : plan.upkeep().workers();
    }

    /** The plan's, or less where there are not as many pictures: the buffers are made for it. */
    int batchSize() {
        int most = Math.max(data.train().size(), data.validation().size());
        int planned = plan.input().batchSize();
        return orders.areGiven() ? planned : Math.min(planned, most);
    }

    /** Where pixels are kept: what is read once need not be. */
    PixelCache keptPixels() {
        return epochsLeft > 1 ? pixels : PixelCache.OFF;
    }

    /** Whether pictures pass the frozen layers once. */
    boolean frozenOnce() {
        return plan.compute().frozen() == FrozenLayers.ONCE;
    }
}
