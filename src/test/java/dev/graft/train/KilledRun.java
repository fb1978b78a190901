package dev.graft.train;

import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Trains in a JVM of its own, with a checkpoint after every step, and goes on from the one that is there. Tells each step, and from
 * where it goes on. Arguments: the folder with {@code hash.pth}, {@code train} and {@code val}; the plan's JSON; the folder of the
 * checkpoints; the file of the model.
 */
final class KilledRun {
    private KilledRun() {}

    public static void main(String[] args) throws IOException {
        Threads.set(1);
        TrainingPlan plan = TrainingPlan.fromJson(args[1]);
        run(Path.of(args[0]), plan, Path.of(args[2]), Path.of(args[3]), t -> t.checkpointsEverySteps(1)
                .listener(new Told()));
    }

    static void run(Path folder, TrainingPlan plan, Path checkpoints, Path model, UnaryOperator<Trainer> more)
            throws IOException {
        boolean resumes = Files.exists(checkpoints.resolve(Checkpoint.FILE));
        try (RandomSource random = new RandomSource(resumes ? 99 : 5);
                Checkpoint from = resumes ? Checkpoint.open(checkpoints) : null;
                Classifier c = resumes
                        ? Classifier.load(from.file())
                        : Classifier.graft(folder.resolve("hash.pth"), SmallRun.LITTLE, random)) {
            List<Sample> train = samples(folder.resolve("train"));
            List<Sample> validation = samples(folder.resolve("val"));
            Trainer trainer = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(checkpoints);
            if (resumes) trainer.resume(from);
            more.apply(trainer).fit();
            c.save(model);
        }
    }

    private static final class Told extends ByType {
        @Override
        public void onResume(Event.Resumed from) {
            say("resumed in epoch " + from.epoch() + " after " + from.step());
        }

        @Override
        public void onSteps(Event.StepsTaken steps) {
            for (int i = 0; i < steps.losses().length; i++) {
                say("epoch " + steps.epoch() + " step " + (steps.firstStep() + i) + " loss " + steps.losses()[i]);
            }
        }

        private static void say(String line) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static List<Sample> samples(Path folder) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            int n = (int) files.count();
            for (int i = 0; i < n; i++) samples.add(new Sample(folder.resolve(i + ".png"), i % 2));
        }
        return samples;
    }
}
