package dev.graft.train;

import dev.graft.ByType;
import dev.graft.HeldMemory;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A child: steps of batch 4 on pictures of 32 x 32, and what memory they hold after half and after all of them. Arguments: weights, a
 * folder for pictures, fast or reference, how many steps.
 */
final class LongRun {
    private static final int STEPS_AN_EPOCH = 50;
    private static final int BATCH = 4;

    private LongRun() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1); // two that wait for each other are slower on a machine that is shared
        int steps = Integer.parseInt(args[3]);
        List<Sample> samples = SmallRun.samples(Path.of(args[1]), BATCH * STEPS_AN_EPOCH);
        TrainingPlan recipe = args[2].equals("fast") ? TrainingPlan.fast() : TrainingPlan.reference();
        TrainingPlan plan = recipe.withEpochs(steps / STEPS_AN_EPOCH)
                .withBatchSize(BATCH)
                .withGroups(List.of(new ParameterGroup(Classifier.HEAD, 1e-4, new Sgd(0.9, 1e-4))));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(Path.of(args[0]), SmallRun.card(32, "cat", "dog"), random)) {
            Trainer.of(c, samples, plan)
                    .validation(samples.subList(0, BATCH))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(new Memory(steps))
                    .fit();
        }
        System.out.println("OK");
    }

    /** Looks between epochs, when no decoder has a picture in its hands, and after a full collection. */
    private static final class Memory extends ByType {
        private final int all;
        private int steps;

        Memory(int all) {
            this.all = all;
        }

        @Override
        public void onSteps(Event.StepsTaken some) {
            steps += some.losses().length;
        }

        @Override
        public void onEpoch(Event.EpochEnded epoch) throws IOException {
            if (steps == all / 2 || steps == all) {
                System.out.println(HeldMemory.line(steps));
            }
        }
    }
}
