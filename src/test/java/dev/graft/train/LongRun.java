package dev.graft.train;

import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** A child: a thousand steps of batch 8, and what memory they hold. Arguments: weights, a folder for pictures. */
final class LongRun {
    private static final int STEPS_AN_EPOCH = 20;

    private LongRun() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1); // two that wait for each other are slower on a machine that is shared
        List<Sample> samples = SmallRun.samples(Path.of(args[1]), 8 * STEPS_AN_EPOCH);
        TrainingPlan plan = new TrainingPlan(
                1000 / STEPS_AN_EPOCH,
                8,
                List.of(new ParameterGroup("fc", 1e-4, 0.9, 1e-4)),
                TrainingPlan.reference().schedule(),
                true,
                Trunk.EVERY_EPOCH,
                TrainingPlan.reference().precision(),
                TrainingPlan.reference().views(),
                TrainingPlan.reference().layout(),
                TrainingPlan.reference().unreadable(),
                2,
                1);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(Path.of(args[0]), SmallRun.CARD, random)) {
            new Trainer(c, samples, samples.subList(0, 8), plan, ComputeDevice.CPU, random)
                    .listener(new Memory())
                    .fit();
        }
        System.out.println("OK");
    }

    /** Looks between epochs, when no decoder has a picture in its hands. */
    private static final class Memory implements TrainingListener {
        private int steps;

        @Override
        public void onSteps(Steps some) {
            steps += some.losses().length;
        }

        @Override
        public void onEpoch(Epoch epoch) throws IOException {
            if (steps == 100 || steps == 1000) {
                System.out.println(steps + " " + Pointer.totalCount() + " " + residentKilobytes());
            }
        }

        private static long residentKilobytes() throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
