package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.HeadSpec;
import dev.graft.model.Heads;
import dev.graft.model.Precision;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with each kind of head. */
class HeadTrainingTest {
    private static final TrainingPlan PLAN = TrainingPlan.fast()
            .withEpochs(2)
            .withBatchSize(4)
            .withReportEvery(1)
            .withGroups(List.of(new ParameterGroup(Classifier.HEAD, 0.01)));

    @TempDir
    static Path folder;

    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 10);
        validation = SmallRun.validation(folder.resolve("val"), 4);
    }

    static Set<String> names() {
        return Heads.ALL.keySet();
    }

    private static Classifier graft(HeadSpec head, RandomSource random) throws IOException {
        return Classifier.graft(folder.resolve("hash.pth"), SmallRun.LITTLE.withHead(head), random);
    }

    /** The losses of all steps, then the logits of the validation pictures. */
    private static double[] numbers(HeadSpec head, TrainingPlan plan) throws IOException {
        List<Double> losses = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier c = graft(head, random)) {
            Trainer.Outcome outcome = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(losses(losses))
                    .fit();
            assertEquals(6, losses.size());
            float[][] logits = outcome.evaluation().orElseThrow().scores().logits();
            return DoubleStream.concat(
                            losses.stream().mapToDouble(Double::doubleValue),
                            Arrays.stream(logits).flatMapToDouble(row -> DoubleStream.of(row[0], row[1])))
                    .toArray();
        }
    }

    private static TrainingListener losses(List<Double> losses) {
        return TrainingListener.on(
                Event.StepsTaken.class, steps -> DoubleStream.of(steps.losses()).forEach(losses::add));
    }

    @ParameterizedTest
    @MethodSource("names")
    void head_onFeatures_learnsAsInTheWholeNetwork(String name) throws IOException {
        HeadSpec head = Heads.ALL.get(name);
        double[] once = numbers(head, PLAN);
        double[] everyEpoch = numbers(head, PLAN.withFrozen(FrozenLayers.EVERY_EPOCH));
        assertArrayEquals(once, everyEpoch, 1e-4 * DoubleStream.of(once).max().orElseThrow());
        assertTrue(once[0] != once[5], "it learns");
    }

    /** An own loop over the same batches, whose dropout takes the numbers of seed, epoch and step. */
    @Test
    void dropout_ofAStep_drawsFromTheSeedOfItsEpochAndStep_andNotInTheEvaluation() throws IOException {
        HeadSpec head = Heads.ALL.get("dropout");
        double[] run = numbers(head, PLAN.withSeed(7));
        assertTrue(run[1] != numbers(head, PLAN.withSeed(8))[1], "another seed drops others");
        List<Double> losses = new ArrayList<>();
        try (NativeScope scope = NativeScope.open();
                RandomSource random = new RandomSource(5);
                Classifier c = graft(head, random);
                TrainingStep step = new TrainingStep(c, PLAN.phases().get(0), Precision.FP32)) {
            Tensor images = HashImages.of(train, c.card().preprocessing());
            Tensor features = HashImages.features(c, images);
            c.trainingModeFrom(Classifier.HEAD);
            for (int epoch = 0; epoch < 2; epoch++) {
                int[] order = random.permutation(train.size());
                for (int batch = 0; batch < 3; batch++) {
                    int[] of = Arrays.copyOfRange(order, 4 * batch, Math.min(10, 4 * batch + 4));
                    long[] rows = Arrays.stream(of).asLongStream().toArray();
                    long[] labels = Arrays.stream(of)
                            .mapToLong(i -> train.get(i).label())
                            .toArray();
                    Tensor input = features.index_select(0, Tensor.create(rows, rows.length));
                    try (RandomSource numbers = new RandomSource(Draws.seed(7, "network", epoch, batch + 1))) {
                        losses.add(numbers.asDefault(
                                        () -> step.learnFromFeatures(input, Tensor.create(labels, labels.length)))
                                .item_double());
                    }
                }
            }
            double[] own = losses.stream().mapToDouble(Double::doubleValue).toArray();
            assertArrayEquals(Arrays.copyOf(run, 6), own, 1e-4);
            c.trainingMode(false);
            Tensor logits = c.headForward(
                    HashImages.features(c, HashImages.of(validation, c.card().preprocessing())));
            assertEquals(logits.select(0, 0).select(0, 0).item_double(), run[6], 1e-3);
        }
    }

    /** It breaks down after a step, and goes on from the checkpoint of the step before. */
    @ParameterizedTest
    @ValueSource(strings = {"hidden_dropout ONCE", "dropout EVERY_EPOCH", "cosine ONCE"})
    void crashed_goesOnToTheSameBytes(String headAndFrozen) throws IOException {
        String name = headAndFrozen.split(" ")[0];
        FrozenLayers frozen = FrozenLayers.valueOf(headAndFrozen.split(" ")[1]);
        TrainingPlan plan = PLAN.withFrozen(frozen);
        Path straight = folder.resolve("straight.pt");
        Path model = folder.resolve("model.pt");
        Path place = folder.resolve(name + "-" + frozen);
        assertEquals(6, run(name, plan, Optional.empty(), 100, straight).size());
        assertThrows(IllegalStateException.class, () -> run(name, plan, Optional.of(place), 4, model));
        assertEquals(3, run(name, plan, Optional.of(place), 100, model).size(), "it goes on after the third step");
        assertEquals(-1, Files.mismatch(straight, model));
    }

    /** Returns the losses of the steps that it took. */
    private static List<Double> run(String name, TrainingPlan plan, Optional<Path> place, int crash, Path model)
            throws IOException {
        boolean resumes = place.isPresent() && Files.exists(place.get().resolve(Checkpoint.FILE));
        List<Double> losses = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Checkpoint from = resumes ? Checkpoint.open(place.get()) : null;
                Classifier c = resumes ? Classifier.load(from.file()) : graft(Heads.ALL.get(name), random)) {
            assertEquals(Heads.ALL.get(name), c.card().head());
            Trainer trainer = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(losses(losses))
                    .listener(TrainingListener.on(Event.StepsTaken.class, steps -> {
                        if (losses.size() == crash) throw new IllegalStateException("crash");
                    }));
            place.ifPresent(p -> trainer.checkpointsIn(p).checkpointsEverySteps(1));
            if (resumes) trainer.resume(from);
            trainer.fit();
            c.save(model);
        }
        return losses;
    }

    @Test
    void checkpoint_ofAnotherHead_isRefused() throws IOException {
        Path place = folder.resolve("other");
        run("cosine", PLAN.withEpochs(1), Optional.of(place), 100, folder.resolve("other.pt"));
        try (RandomSource random = new RandomSource(5);
                Checkpoint checkpoint = Checkpoint.open(place);
                Classifier c = graft(HeadSpec.LINEAR, random)) {
            Trainer trainer = Trainer.of(c, train, PLAN)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .resume(checkpoint);
            String said = assertThrows(IOException.class, trainer::fit).getMessage();
            assertTrue(said.contains("its head is Cosine[scale=10.0, learned=true], the classifier's Linear[]"), said);
        }
    }

    @Test
    void planThatFitsAtOnce_refusesOtherHeads_andTakesDropoutForLaterSteps() throws IOException {
        Phase steps = Phase.of("steps", 1, PLAN.phases().get(0).groups());
        for (String name : names()) {
            HeadSpec head = Heads.ALL.get(name);
            for (TrainingPlan plan :
                    List.of(TrainingPlan.auto(), TrainingPlan.auto().then(steps))) {
                boolean fits = head instanceof HeadSpec.Linear
                        || head instanceof HeadSpec.Dropout && plan.phases().size() == 2;
                try (RandomSource random = new RandomSource(5);
                        Classifier c = graft(head, random)) {
                    if (fits) {
                        Trainer.of(c, train, plan)
                                .validation(validation)
                                .on(ComputeDevice.CPU)
                                .drawingFrom(random)
                                .fit();
                        continue;
                    }
                    String said = assertThrows(IllegalArgumentException.class, () -> Trainer.of(c, train, plan)
                                    .validation(validation)
                                    .on(ComputeDevice.CPU)
                                    .drawingFrom(random)
                                    .fit())
                            .getMessage();
                    assertTrue(said.contains("phase head fits the head") && said.contains(head.text()), said);
                }
            }
        }
    }
}
