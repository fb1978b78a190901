package dev.graft.train;

import com.sun.management.OperatingSystemMXBean;
import dev.graft.batch.PixelCache;
import dev.graft.features.FeatureStore;
import dev.graft.metrics.Metric;
import dev.graft.model.Classifier;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.TrainingPlan;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.Threads;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What all parts of one run share. Made once when the run begins; it never changes.
 *
 * @param stop whether the run must stop; it stays true once it was true
 * @param epochsLeft number of epochs still to train
 * @param store of features; may be empty
 * @param mostFeatureBytes limit for the memory of features
 * @param pixels cache of decoded pictures for later epochs
 * @param metrics reported at the end of every epoch
 * @param team the ranks that share the run
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
        List<Metric> metrics,
        Team team) {
    /** The number of threads that decode. */
    int decoders() {
        return plan.upkeep().workers() == 0 ? Threads.decoders() : plan.upkeep().workers();
    }

    /** The plan's batch size, or the number of pictures if that is less. Buffers have this size. */
    int batchSize() {
        int most = Math.max(data.train().size(), data.validation().size());
        int planned = plan.input().batchSize();
        return orders.areGiven() ? planned : Math.min(planned, most);
    }

    /** A quarter of the machine's memory. */
    static long quarterOfMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() / 4;
    }

    /** The pixel cache; off if each picture is read only once. */
    PixelCache keptPixels() {
        return epochsLeft > 1 ? pixels : PixelCache.OFF;
    }

    /** Whether each picture passes through the frozen layers only once. */
    boolean frozenOnce() {
        return plan.compute().frozen() == FrozenLayers.ONCE;
    }
}
