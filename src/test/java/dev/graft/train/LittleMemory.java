package dev.graft.train;

import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.ModelCard;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.predict.Prediction;
import dev.graft.predict.Predictor;
import dev.graft.predict.PredictorOptions;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A child: trains and predicts, then lets the kernel refuse more memory than it has and a little, does the same with larger
 * batches, which fails, and then again as at first. Arguments: weights, a folder.
 */
final class LittleMemory {
    private static final ModelCard CARD = SmallRun.card(224, "cat", "dog");
    /** Of a trunk in evaluation mode, a batch passes in slices: what needs memory there is a single picture. */
    private static final ModelCard HUGE = SmallRun.card(1536, "cat", "dog");

    private static final int SMALL = 4;
    private static final int LARGE = 96;
    private static final long SPARE = 300L << 20;
    /** A predictor takes 32 pictures at a time. */
    private static final long SPARE_FOR_PREDICTIONS = 100L << 20;

    private final Path weights;
    private final Path model;
    private final List<Sample> samples;

    private LittleMemory(Path weights, Path folder) throws IOException {
        this.weights = weights;
        this.model = folder.resolve("model.pt");
        this.samples = SmallRun.samples(folder, LARGE);
    }

    private interface Work {
        void run() throws IOException;
    }

    public static void main(String[] args) throws Exception {
        Threads.set(1);
        new LittleMemory(Path.of(args[0]), Path.of(args[1])).run();
    }

    private void run() throws IOException, InterruptedException {
        List<Double> reference = train(TrainingPlan.reference(), SMALL);
        List<Double> whole = train(deep(), SMALL);
        List<Double> fast = train(TrainingPlan.fast(), SMALL);
        try (Predictor predictor = Predictor.open(model, PredictorOptions.exact())) {
            Prediction before = predictor.predict(samples.get(0).file());
            limit(SPARE_FOR_PREDICTIONS);
            fails(
                    "predict",
                    () -> predictor.predict(samples.stream().map(Sample::file).toList()));
            same("predict", before, predictor.predict(samples.get(0).file()));
        }
        limit(SPARE);
        fails("reference", () -> train(TrainingPlan.reference(), LARGE));
        fails("whole", () -> train(deep(), LARGE));
        fails("fast", () -> train(TrainingPlan.fast(), SMALL, HUGE));
        same("reference", reference, train(TrainingPlan.reference(), SMALL));
        same("whole", whole, train(deep(), SMALL));
        same("fast", fast, train(TrainingPlan.fast(), SMALL));
        System.out.println("OK");
    }

    private static TrainingPlan deep() {
        return TrainingPlan.reference()
                .withGroups(List.of(
                        new ParameterGroup("layer1", 1e-4, new Sgd(0.9, 0)),
                        new ParameterGroup(Classifier.HEAD, 1e-3, new Sgd(0.9, 0))));
    }

    /** One epoch of as many pictures as two batches hold, or all; its losses. */
    private List<Double> train(TrainingPlan plan, int batch) throws IOException {
        return train(plan, batch, CARD);
    }

    private List<Double> train(TrainingPlan plan, int batch, ModelCard card) throws IOException {
        List<Double> losses = new ArrayList<>();
        List<Sample> some = samples.subList(0, Math.min(LARGE, 2 * batch));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            TrainingPlan once = plan.withEpochs(1).withBatchSize(batch).withWorkers(1);
            Trainer.of(c, some, once)
                    .validation(some.subList(0, 2))
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(new ByType() {
                        @Override
                        public void onSteps(Event.StepsTaken steps) {
                            for (double loss : steps.losses()) losses.add(loss);
                        }
                    })
                    .fit();
            if (!Files.exists(model)) c.save(model);
        }
        return losses;
    }

    /** From here on the kernel gives this process a little more address space than it has. */
    private static void limit(long spare) throws IOException, InterruptedException {
        long kilobytes = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        long bytes = (kilobytes << 10) + spare;
        String pid = Long.toString(ProcessHandle.current().pid());
        int exit = new ProcessBuilder("prlimit", "--pid", pid, "--as=" + bytes + ":")
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) throw new IllegalStateException("prlimit ended with " + exit);
    }

    private static void fails(String what, Work work) throws IOException {
        try {
            work.run();
            System.out.println(what + ": no failure");
        } catch (OutOfMemoryException e) {
            System.out.println(what + ": " + e.getMessage());
            System.out.println(what + " cause: " + OutOfMemoryException.isMeantBy(e.getCause()));
        }
    }

    private static void same(String what, Object expected, Object seen) {
        System.out.println(what + " afterwards: " + (expected.equals(seen) ? "same" : expected + " became " + seen));
    }
}
