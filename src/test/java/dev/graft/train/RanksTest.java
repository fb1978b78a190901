package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.batch.Unreadable;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.distributed.InThreads;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.ClassWeights;
import dev.graft.plan.Clipping;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.Mode;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Updates;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several ranks train what one process trains. 21 pictures in batches of 8: three ranks get 3, 3 and 2, and of the last batch 2, 2 and 1. */
class RanksTest {
    private static final double ALIKE = 1e-5;
    private static final TrainingPlan LAYER4 = TrainingPlan.fast()
            .withGroups(List.of(
                    new ParameterGroup(Classifier.HEAD, 0.01, new Sgd(0.9, 0)),
                    new ParameterGroup("layer4", 0.01, new Sgd(0.9, 0))))
            .withEpochs(2)
            .withBatchSize(8);

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 21);
        validation = SmallRun.validation(folder.resolve("val"), 7);
    }

    /** What a run gave. */
    private record Run(
            List<Double> losses, float[] learned, float[][] logits, int[] judged, Map<String, String> skipped) {}

    private static Run run(TrainingPlan plan, List<Sample> samples, UnaryOperator<Trainer> settings)
            throws IOException {
        try (RandomSource random = new RandomSource(1);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            return run(plan, samples, settings, c, random);
        }
    }

    private static Run run(
            TrainingPlan plan, List<Sample> samples, UnaryOperator<Trainer> settings, Classifier c, RandomSource random)
            throws IOException {
        List<Double> losses = new ArrayList<>();
        Trainer trainer = Trainer.of(c, samples, plan)
                .validation(validation)
                .on(ComputeDevice.CPU)
                .drawingFrom(random)
                .listener(TrainingListener.on(Event.StepsTaken.class, taken -> {
                    for (double loss : taken.losses()) losses.add(loss);
                }));
        Trainer.Outcome outcome = settings.apply(trainer).fit();
        Evaluation judged = outcome.evaluation().orElse(null);
        return new Run(
                losses,
                learned(c),
                judged == null ? null : judged.scores().logits(),
                judged == null ? null : judged.samples(),
                outcome.skipped());
    }

    private static float[] learned(Classifier c) {
        try (NativeScope scope = NativeScope.open()) {
            List<Float> all = new ArrayList<>();
            List<Tensor> tensors =
                    new ArrayList<>(c.parametersOf(Classifier.HEAD).values());
            tensors.addAll(c.parametersOf("layer4").values());
            c.buffers().forEach((name, t) -> {
                if (name.endsWith("running_mean")) tensors.add(t);
            });
            for (Tensor t : tensors) {
                float[] some = new float[(int) t.numel()];
                new FloatPointer(t.detach().cpu().contiguous().data_ptr()).get(some);
                for (int i = 0; i < some.length; i += 37) all.add(some[i]);
            }
            float[] values = new float[all.size()];
            for (int i = 0; i < values.length; i++) values[i] = all.get(i);
            return values;
        }
    }

    private static List<Run> among(int ranks, TrainingPlan plan, List<Sample> samples, UnaryOperator<Trainer> settings)
            throws Exception {
        return InThreads.run(ranks, group -> run(plan, samples, t -> settings.apply(t.ranks(group))));
    }

    private static void assertAlike(Run one, List<Run> ranks) {
        for (Run rank : ranks) {
            assertArrayEquals(ranks.get(0).learned, rank.learned, "the ranks differ");
            assertEquals(ranks.get(0).losses, rank.losses);
            assertArrayEquals(one.learned, rank.learned, (float) ALIKE);
            assertArrayEquals(one.judged, rank.judged);
            for (int i = 0; i < one.logits.length; i++)
                assertArrayEquals(one.logits[i], rank.logits[i], 1e-3f); // of some 30
            assertEquals(one.losses.size(), rank.losses.size());
            for (int i = 0; i < one.losses.size(); i++)
                assertEquals(one.losses.get(i), rank.losses.get(i), 1e-4 * Math.max(1, one.losses.get(i)));
            assertEquals(one.skipped, rank.skipped);
        }
    }

    @Test
    void layer4_onTwoAndThreeRanks_isThatOfOneProcess() throws Exception {
        Run one = run(LAYER4, train, t -> t);
        for (int ranks : new int[] {2, 3}) assertAlike(one, among(ranks, LAYER4, train, t -> t));
    }

    @Test
    void weightsOfClasses_countAsInTheWholeBatch() throws Exception {
        TrainingPlan plan = LAYER4.withEpochs(1)
                .withLoss(new CrossEntropy(0.1, new ClassWeights.ByName(Map.of("cat", 1.0, "dog", 3.0))));
        assertAlike(run(plan, train, t -> t), among(3, plan, train, t -> t));
    }

    /** Pictures pass the trunk in every epoch, and two batches make a step. All that the third rank has of the first batch cannot be read. */
    @Test
    void accumulatedBatchesAndUnreadablePictures_areThoseOfOneProcess() throws Exception {
        int[][] order = {IntStream.range(0, 21).toArray()};
        List<Sample> some = new ArrayList<>(train);
        Path broken = Files.write(folder.resolve("broken.png"), new byte[] {1, 2, 3});
        some.set(6, new Sample(broken, 0));
        some.set(7, new Sample(broken, 1));
        TrainingPlan plan = LAYER4.withEpochs(1)
                .withUnreadable(Unreadable.SKIP)
                .withUpdates(new Updates(Mode.EVALUATION, 2, new Clipping(0, 1), 0.5, true));
        UnaryOperator<Trainer> settings = t -> t.featuresWithin(0).order(order);
        Run one = run(plan, some, settings);
        assertEquals(1, one.skipped.size());
        assertAlike(one, among(3, plan, some, settings));
    }

    /** Nothing is exchanged for a head but features: each rank trains it alike, by steps or at once. */
    @Test
    void head_isThatOfOneProcess() throws Exception {
        for (TrainingPlan plan : List.of(TrainingPlan.fast().withEpochs(2).withBatchSize(8), TrainingPlan.auto()))
            assertAlike(run(plan, train, t -> t), among(2, plan, train, t -> t));
    }

    @Test
    void normsInTrainingMode_areRefusedUnlessAskedFor() throws Exception {
        TrainingPlan plan = TrainingPlan.reference().withEpochs(1).withBatchSize(8);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> among(2, plan, train, t -> t));
        assertTrue(refused.getMessage().contains("phase head has batch norms in training mode"), refused::getMessage);
        List<Run> ranks = among(2, plan, train, Trainer::statisticsOfEachRank);
        assertArrayEquals(ranks.get(0).learned, ranks.get(1).learned, "the statistics are not rank 0's");
        assertNotEquals(
                run(plan, train, t -> t).losses.get(0), ranks.get(0).losses.get(0), "as if one process had seen them");
    }

    @Test
    void anotherPlan_isRefusedByName() throws Exception {
        List<InThreads.End<Run>> ends = InThreads.ends(
                InThreads.worlds(3),
                InThreads.PATIENCE,
                g -> run(LAYER4.withEpochs(g.rank() == 1 ? 3 : 2), train, t -> t.ranks(g)));
        for (InThreads.End<Run> end : ends)
            assertTrue(
                    end.message().matches("handshake: rank 1 \\(.+\\) differs from rank 0 \\(.+\\) in the plan: .*"),
                    end::message);
    }

    /** A run of two ranks that is stopped within an epoch goes on with three, and ends as the undisturbed one. */
    @Test
    void resume_goesOnWithAnotherNumberOfRanks() throws Exception {
        Run whole = run(LAYER4, train, t -> t);
        Path checkpoints = folder.resolve("checkpoints");
        List<Run> stopped = InThreads.run(2, g -> {
            AtomicInteger asked = new AtomicInteger(Integer.MIN_VALUE);
            return run(LAYER4, train, t -> t.ranks(g)
                    .checkpointsIn(checkpoints)
                    .stopWhen(() -> g.rank() == 1 && asked.incrementAndGet() >= 2)
                    .listener(TrainingListener.on(Event.FeaturesReady.class, ready -> asked.set(0))));
        });
        assertEquals(stopped.get(0).losses, stopped.get(1).losses, "the ranks stopped after different steps");
        assertEquals(2, stopped.get(0).losses.size(), "it was to stop after the second step");
        Path file = Checkpoint.fileIn(checkpoints);
        List<Run> rest = InThreads.run(3, g -> {
            try (RandomSource random = new RandomSource(1);
                    Classifier c = Classifier.load(file);
                    Checkpoint from = Checkpoint.open(file)) {
                return run(LAYER4, train, t -> t.ranks(g).resume(from), c, random);
            }
        });
        for (Run rank : rest) {
            assertEquals(whole.losses.size(), stopped.get(0).losses.size() + rank.losses.size());
            assertArrayEquals(whole.learned, rank.learned, (float) ALIKE);
        }
    }
}
