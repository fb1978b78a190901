package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.Precision;
import dev.graft.plan.Cosine;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Schedule;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trunk once, then the head: against PyTorch, against the slow way, and after a stop. */
class FastTest {
    private static final TrainingPlan PLAN = TrainingPlan.fast().withEpochs(4).withBatchSize(8);

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static final List<Sample> VALIDATION = new ArrayList<>();

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 40);
        VALIDATION.addAll(SmallRun.validation(folder.resolve("val"), 12));
    }

    /** What a run told. */
    private static final class Told extends ByType {
        final List<Double> losses = new ArrayList<>();
        final List<Event.FeaturesReady> passes = new ArrayList<>();
        final List<String> phases = new ArrayList<>();
        int pictures;

        @Override
        public void onPhase(Event.PhaseBegan began) {
            phases.add(began.phase().name() + " from " + began.firstEpoch());
        }

        @Override
        public void onSteps(Event.StepsTaken steps) {
            for (double loss : steps.losses()) losses.add(loss);
        }

        @Override
        public void onPictures(Event.PicturesPassed passed) {
            assertEquals(52, passed.pictures());
            pictures = passed.done();
        }

        @Override
        public void onFeatures(Event.FeaturesReady pass) {
            passes.add(pass);
        }
    }

    private static Trainer trainer(Classifier c, TrainingPlan plan, RandomSource random) {
        return Trainer.of(c, train, plan)
                .validation(VALIDATION)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
    }

    private static Told run(TrainingPlan plan, Path model, FeatureStore store) throws IOException {
        Told told = new Told();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            trainer(c, plan, random).listener(told).featuresIn(store).fit();
            c.save(model);
        }
        return told;
    }

    @Test
    void fit_twentySteps_equalsPyTorch() throws IOException {
        double[] golden = golden("run-once.json").losses;
        Told told = new Told();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            Trainer.Outcome outcome = trainer(c, PLAN, random).listener(told).fit();
            assertEquals(20, told.losses.size());
            for (int i = 0; i < 20; i++) assertEquals(golden[i], told.losses.get(i), 1e-5, "step " + i);
            float[] validation = HashState.golden("validation-once.f32");
            for (int i = 0; i < 12; i++) {
                assertEquals(
                        validation[2 * i], outcome.evaluation().orElseThrow().probabilities()[i][0], 1e-5);
            }
        }
        assertEquals(52, told.pictures);
        assertEquals(52, told.passes.get(0).computed());
        assertEquals(1, told.passes.size());
    }

    @Test
    void fit_cosineSchedule_equalsPyTorch() throws IOException {
        double[] golden = golden("run-cosine.json").losses;
        Told told = run(PLAN.withSchedule(Schedule.COSINE), folder.resolve("cosine.pt"), null);
        assertEquals(20, told.losses.size());
        for (int i = 0; i < 20; i++) assertEquals(golden[i], told.losses.get(i), 1e-5, "step " + i);
        Told constant = run(PLAN, folder.resolve("cosine.pt"), null);
        assertNotEquals(golden[19], constant.losses.get(19), 1e-3);
    }

    /** The head, then layer4 and the head with a fresh optimizer, the rates falling with each step of a phase. */
    @Test
    void fit_twoPhases_equalPyTorch() throws IOException {
        double[] golden = golden("run-phases.json").losses;
        Schedule falling = new Cosine(Schedule.Every.STEP);
        List<ParameterGroup> both =
                List.of(new ParameterGroup("layer4", 0.0005), new ParameterGroup(Classifier.HEAD, 0.002));
        TrainingPlan plan = PLAN.withEpochs(2)
                .withSchedule(falling)
                .then(Phase.of("layer4", 2, both).withSchedule(falling));
        for (FrozenLayers frozen : FrozenLayers.values()) {
            Told told = run(plan.withFrozen(frozen), folder.resolve("phases.pt"), null);
            assertEquals(20, told.losses.size());
            for (int i = 0; i < 20; i++) assertEquals(golden[i], told.losses.get(i), 2e-5, frozen + " step " + i);
            assertEquals(List.of("head from 1", "layer4 from 3"), told.phases);
        }
        Told byEpoch = run(plan.withPhase("head", p -> p.withSchedule(Schedule.COSINE)), folder.resolve("p.pt"), null);
        assertNotEquals(golden[9], byEpoch.losses.get(9), 1e-4);
    }

    /** The order of the golden run is none that the seed would draw. */
    @Test
    void fit_givenOrder_equalsPyTorch() throws IOException {
        Golden golden = golden("run-order.json");
        Told told = new Told();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            trainer(c, PLAN, random).order(golden.order).listener(told).fit();
        }
        for (int i = 0; i < 20; i++) assertEquals(golden.losses[i], told.losses.get(i), 1e-5, "step " + i);
        Told drawn = run(PLAN, folder.resolve("order.pt"), null);
        assertNotEquals(golden.losses[0], drawn.losses.get(0), 1e-3);
    }

    private record Golden(double[] losses, int[][] order) {}

    private static Golden golden(String name) throws IOException {
        try (InputStream in = FastTest.class.getResourceAsStream("/golden/model/" + name)) {
            return new ObjectMapper().readValue(in, Golden.class);
        }
    }

    @Test
    void fit_equalsTheSlowWay_andFindsFeaturesAgain() throws IOException {
        Path fast = folder.resolve("fast.pt");
        Path again = folder.resolve("again.pt");
        FeatureStore store = FeatureStore.in(folder.resolve("store"));
        Told first = run(PLAN, fast, store);
        Told slow = run(PLAN.withFrozen(FrozenLayers.EVERY_EPOCH), folder.resolve("slow.pt"), null);
        for (int i = 0; i < 20; i++) assertEquals(slow.losses.get(i), first.losses.get(i), 1e-5, "step " + i);
        Told second = run(PLAN, again, store);
        assertEquals(52, second.passes.get(0).found());
        assertEquals(0, second.pictures);
        assertEquals(first.losses, second.losses);
        assertEquals(-1, Files.mismatch(fast, again));
    }

    @Test
    void resume_inTheMiddleOrBeforeTheFirstStep_givesSameBytes() throws IOException {
        Path straight = folder.resolve("straight.pt");
        run(PLAN, straight, null);
        for (int steps :
                new int[] {1, 7 + 7, 7 + 10}) { // 7 batches pass the trunk first, the last of each list smaller
            Path checkpoints = folder.resolve("checkpoints-" + steps);
            AtomicInteger asked = new AtomicInteger();
            try (RandomSource random = new RandomSource(5);
                    Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
                Trainer.Outcome outcome = trainer(c, PLAN, random)
                        .checkpointsIn(checkpoints)
                        .stopWhen(() -> asked.incrementAndGet() >= steps)
                        .fit();
                assertTrue(outcome.stopped());
            }
            Path resumed = folder.resolve("resumed-" + steps + ".pt");
            assertTrue(resume(checkpoints, () -> true, resumed).stopped()); // while pictures pass the trunk again
            assertFalse(resume(checkpoints, () -> false, resumed).stopped());
            assertEquals(-1, Files.mismatch(straight, resumed), "stopped at " + steps);
        }
    }

    private static Trainer.Outcome resume(Path checkpoints, BooleanSupplier stop, Path model) throws IOException {
        try (RandomSource random = new RandomSource(99);
                Checkpoint checkpoint = Checkpoint.open(checkpoints);
                Classifier c = Classifier.load(checkpoint.file())) {
            Trainer.Outcome outcome = trainer(c, checkpoint.plan(), random)
                    .checkpointsIn(checkpoints)
                    .resume(checkpoint)
                    .stopWhen(stop)
                    .fit();
            c.save(model);
            return outcome;
        }
    }

    @Test
    void plan_trunkThatWouldNotStayAsItIs_isRefused() {
        String learning = refusal(() -> TrainingPlan.reference().withFrozen(FrozenLayers.ONCE));
        assertTrue(learning.contains("the mode must be EVALUATION, was TRAINING"), learning);
        List<ParameterGroup> stem = List.of(
                new ParameterGroup("conv1", 0.1, new Sgd(0, 0)),
                new ParameterGroup(Classifier.HEAD, 0.1, new Sgd(0, 0)));
        String layers = refusal(() -> TrainingPlan.fast().withGroups(stem));
        assertTrue(layers.contains("was conv1"), layers);
    }

    @Test
    void int8_elsewhere_isRefused() throws IOException {
        String every = refusal(() -> TrainingPlan.reference().withPrecision(Precision.INT8));
        assertTrue(every.contains("INT8 needs FrozenLayers.ONCE"), every);
        List<ParameterGroup> deeper = List.of(
                new ParameterGroup("layer4", 0.1, new Sgd(0, 0)),
                new ParameterGroup(Classifier.HEAD, 0.1, new Sgd(0, 0)));
        String behind = refusal(() -> PLAN.withPrecision(Precision.INT8).withGroups(deeper));
        assertTrue(behind.contains("only head learning"), behind);
        ComputeDevice gpu = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            TrainingPlan plan = PLAN.withPrecision(Precision.INT8);
            String device = refusal(() ->
                    Trainer.of(c, train, plan).validation(VALIDATION).on(gpu).drawingFrom(random));
            assertTrue(device.contains("INT8 runs on the processor only, the device is cuda:0"), device);
        }
    }

    private static String refusal(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }
}
