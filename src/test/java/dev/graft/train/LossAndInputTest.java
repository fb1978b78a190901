package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.batch.PixelCache;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.ClassWeights;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.CutMix;
import dev.graft.plan.Focal;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.LossSpec;
import dev.graft.plan.MixUp;
import dev.graft.plan.MixUpOrCutMix;
import dev.graft.plan.Mixing;
import dev.graft.plan.Sampling;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Weighted;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses, samplings and mixings in whole runs, on 15 cats and 5 dogs. */
class LossAndInputTest {
    private static final TrainingPlan FAST =
            TrainingPlan.fast().withEpochs(2).withBatchSize(4).withReportEvery(1);
    private static final TrainingPlan EVERY_EPOCH = FAST.withFrozen(FrozenLayers.EVERY_EPOCH);
    private static final int STEPS = 10; // five in each epoch

    @TempDir
    static Path folder;

    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        HashState.write(folder.resolve("hash.pth"), 10);
        train = new ArrayList<>();
        for (Sample s : SmallRun.samples(folder.resolve("train"), 20))
            train.add(new Sample(s.file(), train.size() % 4 == 3 ? 1 : 0));
        validation = SmallRun.validation(folder.resolve("val"), 2);
    }

    private static TrainingPlan sampled(TrainingPlan plan, Sampling sampling) {
        return plan.withInput(plan.input().withSampling(sampling));
    }

    private static TrainingPlan mixed(TrainingPlan plan, Mixing mixing) {
        return plan.withInput(plan.input().withMixing(mixing));
    }

    private static TrainingPlan lossy(TrainingPlan plan, LossSpec loss) {
        return plan.withPhase("head", p -> p.withLoss(loss));
    }

    private static List<Double> losses(TrainingPlan plan) throws IOException {
        return losses(plan, Optional.empty(), UnaryOperator.identity());
    }

    private static List<Double> losses(TrainingPlan plan, Optional<Path> model, UnaryOperator<Trainer> more)
            throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(folder.resolve("hash.pth"), SmallRun.LITTLE, random)) {
            return fit(c, plan, random, model, more);
        }
    }

    private static List<Double> fit(
            Classifier c, TrainingPlan plan, RandomSource random, Optional<Path> model, UnaryOperator<Trainer> more)
            throws IOException {
        List<Double> losses = new ArrayList<>();
        Trainer trainer = Trainer.of(c, train, plan)
                .validation(validation)
                .on(ComputeDevice.CPU)
                .drawingFrom(random)
                .listener(new ByType() {
                    @Override
                    public void onSteps(Event.StepsTaken steps) {
                        for (double loss : steps.losses()) losses.add(loss);
                    }
                });
        more.apply(trainer).fit();
        if (model.isPresent()) c.save(model.get());
        return losses;
    }

    private static TrainingPlan planOf(String name) {
        return switch (name) {
            case "balanced, smooth, once" ->
                sampled(lossy(FAST, new CrossEntropy(0.1, ClassWeights.BALANCED)), Sampling.BALANCED);
            case "mixed, focal, every epoch" ->
                mixed(
                        sampled(lossy(EVERY_EPOCH, Focal.STANDARD), new Weighted(Map.of("dog", 3.0))),
                        new MixUpOrCutMix(0.4, 1));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** What follows a stop, and the model, are those of the run that was not stopped. */
    @ParameterizedTest
    @ValueSource(strings = {"balanced, smooth, once", "mixed, focal, every epoch"})
    void resumed_goesOnToTheSameBytes(String name) throws IOException {
        TrainingPlan plan = planOf(name);
        Path straight = folder.resolve("straight.pt");
        List<Double> whole = losses(plan, Optional.of(straight), UnaryOperator.identity());
        assertEquals(STEPS, whole.size());
        for (int stop : plan.compute().frozen() == FrozenLayers.ONCE ? new int[] {2, 5} : new int[] {8}) {
            Path checkpoints = folder.resolve(name + stop);
            int[] asked = {0};
            List<Double> before = losses(
                    plan, Optional.empty(), t -> t.checkpointsIn(checkpoints).stopWhen(() -> ++asked[0] > stop));
            assertTrue(before.size() < STEPS && before.equals(whole.subList(0, before.size())), before.toString());
            Path model = folder.resolve("resumed.pt");
            try (Checkpoint from = Checkpoint.open(checkpoints);
                    RandomSource random = new RandomSource(99);
                    Classifier c = Classifier.load(from.file())) {
                List<Double> rest = fit(c, plan, random, Optional.of(model), t -> t.resume(from));
                assertEquals(whole.subList(before.size(), STEPS), rest, "stopped after " + before.size());
            }
            assertEquals(-1, Files.mismatch(straight, model));
        }
    }

    @Test
    void sampling_ofPicturesThatPassOnce_isThatOfPicturesInEveryEpoch() throws IOException {
        List<Double> once = losses(sampled(FAST, Sampling.BALANCED));
        List<Double> everyEpoch = losses(sampled(EVERY_EPOCH, Sampling.BALANCED));
        for (int i = 0; i < STEPS; i++) assertEquals(everyEpoch.get(i), once.get(i), 1e-5);
        assertTrue(apart(losses(FAST), once) > 1e-3, "other pictures");
    }

    /** A picture may be drawn twice for a batch, so that two workers have it at once. */
    @Test
    void sampling_withKeptPixels_isAsWithout() throws IOException {
        TrainingPlan plan =
                sampled(EVERY_EPOCH, new Weighted(Map.of("dog", 1000.0))).withWorkers(2);
        List<Double> kept = losses(plan, Optional.empty(), t -> t.pixelCache(PixelCache.inMemory()));
        assertEquals(losses(plan), kept);
    }

    private static double apart(List<Double> a, List<Double> b) {
        double most = 0;
        for (int i = 0; i < a.size(); i++) most = Math.max(most, Math.abs(a.get(i) - b.get(i)));
        return most;
    }

    @Test
    void weights_ofTheLoss_areThoseOfTheTrainingPictures() throws IOException {
        List<Double> balanced = losses(lossy(FAST, new CrossEntropy(0, ClassWeights.BALANCED)));
        Map<String, Double> named = Map.of("cat", 20 / 30.0, "dog", 2.0);
        assertEquals(losses(lossy(FAST, new CrossEntropy(0, new ClassWeights.ByName(named)))), balanced);
        assertTrue(apart(losses(FAST), balanced) > 1e-3);
    }

    @Test
    void smoothing_ofOne_forgetsTheLabels() throws IOException {
        LossSpec even = new CrossEntropy(1, ClassWeights.NONE);
        List<Double> losses = losses(lossy(FAST, even));
        List<Sample> before = train;
        try {
            train = before.stream()
                    .map(s -> new Sample(s.file(), 1 - s.label()))
                    .toList();
            assertEquals(losses, losses(lossy(FAST, even)));
        } finally {
            train = before;
        }
    }

    @Test
    void mixing_changesEachStep_byThePlansSeed() throws IOException {
        TrainingPlan one = EVERY_EPOCH.withEpochs(1);
        List<Double> asTheyAre = losses(one);
        List<Double> blended = losses(mixed(one, new MixUp(1)));
        for (List<Double> other :
                List.of(blended, losses(mixed(one, new MixUp(1)).withSeed(7)), losses(mixed(one, new CutMix(1))))) {
            assertTrue(apart(asTheyAre, other) > 1e-3, other.toString());
            assertTrue(other == blended || apart(blended, other) > 1e-3, other.toString());
        }
    }

    @Test
    void namesThatAreNoClasses_areRefusedBeforeTheRun() {
        Map<String, Double> horse = Map.of("horse", 2.0);
        for (TrainingPlan plan : List.of(
                sampled(FAST, new Weighted(horse)), lossy(FAST, new Focal(2, new ClassWeights.ByName(horse))))) {
            String said = assertThrows(IllegalArgumentException.class, () -> losses(plan))
                    .getMessage();
            assertTrue(said.contains("class horse") && said.contains("[cat, dog]"), said);
        }
    }
}
