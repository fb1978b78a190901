package dev.graft.train;

import com.sun.management.OperatingSystemMXBean;
import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.batch.PixelCache;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** A child that trains with pixels kept in a file. Arguments: weights, a folder for pictures, one for the file, epochs. */
final class PixelCacheRun {
    private PixelCacheRun() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1);
        List<Sample> samples = SmallRun.samples(Path.of(args[1]), 10);
        TrainingPlan plan =
                TrainingPlan.reference().withEpochs(Integer.parseInt(args[3])).withBatchSize(4);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(Path.of(args[0]), SmallRun.CARD, random)) {
            Trainer.of(c, samples, plan)
                    .validation(samples)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .pixelCache(PixelCache.onDisk(Path.of(args[2])))
                    .listener(new ByType() {
                        @Override
                        public void onSteps(Event.StepsTaken steps) {
                            for (double loss : steps.losses()) System.out.println("loss " + loss);
                        }

                        @Override
                        public void onEpoch(Event.EpochEnded epoch) {
                            System.out.println("epoch " + epoch.epoch());
                        }
                    })
                    .fit();
        }
    }

    static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
