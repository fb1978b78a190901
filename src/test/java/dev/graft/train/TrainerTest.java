package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.TestMachine;
import dev.graft.batch.Layout;
import dev.graft.batch.Unreadable;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.Architecture;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.model.Precision;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.torch.Autocast;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import dev.graft.torch.TorchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
    private static final ModelCard CARD = card(Architecture.RESNET18);
    private static final TrainingPlan PLAN =
            TrainingPlan.reference().withEpochs(4).withBatchSize(8);

    @TempDir
    static Path folder;

    private static Path weights;
    private static final List<Sample> TRAIN = new ArrayList<>();
    private static final List<Sample> VALIDATION = new ArrayList<>();
    private static JsonNode golden;

    private static ModelCard card(Architecture architecture) {
        return new ModelCard(
                architecture,
                List.of("cat", "dog"),
                Preprocessing.standard().withResize(new Resize.Stretch(HashState.SIZE, HashState.SIZE)));
    }

    @BeforeAll
    static void writeFiles() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        for (int i = 0; i < 40; i++) {
            TRAIN.add(new Sample(HashState.picture(folder.resolve("train/" + i + ".png"), i), i % 2));
        }
        VALIDATION.addAll(SmallRun.validation(folder.resolve("val"), 12));
        golden = golden("run.json");
    }

    private static JsonNode golden(String name) throws IOException {
        try (InputStream in = TrainerTest.class.getResourceAsStream("/golden/model/" + name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    /**
     * On the kind of processor that the golden values come from the same sums are rounded in the same places. Another rounds
     * them elsewhere: PyTorch's own losses in its two layouts differ by up to 0.0022 here, and those of BF16 and FP32 by as
     * much.
     */
    @Test
    void fit_bf16_equalsPyTorchsAutocast() throws IOException {
        boolean alike = TestMachine.hasNoMoreThanAvx2();
        JsonNode expected = golden("run-bf16.json").get("losses");
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            Losses losses = new Losses();
            Trainer.Outcome outcome = trainer(c, PLAN.withPrecision(Precision.BF16), random)
                    .listener(losses)
                    .fit();
            double fromFp32 = 0;
            for (int i = 0; i < 20; i++) {
                double loss = losses.all.get(i);
                assertEquals(expected.get(i).asDouble(), loss, alike ? 1e-5 : 5e-3, "step " + i);
                fromFp32 = Math.max(
                        fromFp32, Math.abs(loss - golden.get("losses").get(i).asDouble()));
            }
            assertTrue(fromFp32 > 1e-4, "BF16 was not in use: " + fromFp32);
            float[] validation = HashState.golden("validation-bf16.f32");
            for (int i = 0; i < 12; i++) {
                assertEquals(
                        validation[2 * i],
                        outcome.evaluation().orElseThrow().probabilities()[i][0],
                        alike ? 1e-5 : 0.02);
            }
            c.parameters()
                    .forEach((name, p) ->
                            assertSame(torch.ScalarType.Float, p.scalar_type().intern(), name));
        }
    }

    /** A compiled network must not keep what was in force when it ran for the first time. */
    @Test
    void autocast_onAndOffAgain_leavesNoTrace() throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random);
                NativeScope scope = NativeScope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            c.trainingMode(false);
            Tensor images = torch.rand(2, 3, HashState.SIZE, HashState.SIZE);
            Tensor before = c.forward(images);
            Tensor cast;
            try (Autocast outer = Precision.BF16.autocast(ComputeDevice.CPU)) {
                cast = c.forward(images);
                try (Autocast inner = Precision.FP32.autocast(ComputeDevice.CPU)) {
                    assertTrue(torch.equal(before, c.forward(images)));
                }
                assertTrue(torch.equal(cast, c.forward(images)));
                assertThrows(TorchException.class, () -> c.forward(images.narrow(1, 0, 1)));
            }
            assertSame(torch.ScalarType.BFloat16, cast.scalar_type().intern());
            assertTrue(torch.equal(before, c.forward(images)));
            assertFalse(torch.is_autocast_enabled(torch.DeviceType.CPU));
        }
    }

    private static final class Losses extends ByType {
        final List<Double> all = new ArrayList<>();

        @Override
        public void onSteps(Event.StepsTaken steps) {
            for (double loss : steps.losses()) {
                all.add(loss);
            }
        }
    }

    private static Trainer trainer(Classifier c, TrainingPlan plan, RandomSource random) {
        return Trainer.of(c, TRAIN, plan)
                .validation(VALIDATION)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void fit_twentySteps_equalsPyTorch(Layout layout) throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            Losses losses = new Losses();
            Trainer.Outcome outcome =
                    trainer(c, PLAN.withLayout(layout), random).listener(losses).fit();
            assertEquals(20, losses.all.size());
            for (int i = 0; i < 20; i++) {
                assertEquals(golden.get("losses").get(i).asDouble(), losses.all.get(i), 1e-5, "step " + i);
            }
            assertFinalState(c);
            float[] validation = HashState.golden("validation.f32");
            for (int i = 0; i < 12; i++) {
                assertEquals(
                        validation[2 * i], outcome.evaluation().orElseThrow().probabilities()[i][0], 1e-5);
            }
        }
    }

    @Test
    void fit_twoStepsOfGroupedBottlenecks_equalsPyTorch() throws IOException {
        Architecture grouped = Architecture.RESNEXT50_32X4D;
        Path file = HashState.write(folder.resolve("grouped.pth"), grouped, 10);
        JsonNode losses = golden("run-resnext50_32x4d.json").get("losses");
        float[] validation = HashState.golden("validation-resnext50_32x4d.f32");
        Losses seen = new Losses();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(file, card(grouped), random)) {
            Trainer.Outcome outcome = Trainer.of(c, TRAIN.subList(0, 16), PLAN.withEpochs(1))
                    .validation(VALIDATION)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(seen)
                    .fit();
            assertEquals(2, seen.all.size());
            for (int i = 0; i < 2; i++) {
                assertEquals(losses.get(i).asDouble(), seen.all.get(i), 1e-5, "step " + (i + 1));
            }
            for (int i = 0; i < 12; i++) {
                assertEquals(
                        validation[2 * i], outcome.evaluation().orElseThrow().probabilities()[i][0], 1e-5);
            }
        }
        Files.delete(file);
    }

    private static void assertFinalState(Classifier c) throws IOException {
        float[] expected = HashState.golden("final.f32");
        int at = 0;
        try (NativeScope scope = NativeScope.open()) {
            for (JsonNode name : golden.get("final")) {
                Tensor t = c.state()
                        .get(name.asText())
                        .detach()
                        .to(torch.ScalarType.Float)
                        .contiguous();
                float[] values = new float[(int) t.numel()];
                new FloatPointer(t.data_ptr()).get(values);
                for (float v : values) {
                    assertEquals(expected[at], v, 1e-5 * Math.max(1, Math.abs(expected[at])), name.asText());
                    at++;
                }
            }
        }
        assertEquals(expected.length, at);
    }

    @Test
    void fit_twice_givesSameBytes() throws IOException {
        Path first = train("first", PLAN.withEpochs(2), Integer.MAX_VALUE);
        Path second = train("second", PLAN.withEpochs(2), Integer.MAX_VALUE);
        assertEquals(-1, Files.mismatch(first, second));
    }

    @Test
    void resume_atEpochsEndOrInItsMiddle_givesSameBytes() throws IOException {
        Path straight = train("straight", PLAN.withEpochs(3), Integer.MAX_VALUE);
        for (int stopAfter : new int[] {3, 5, 7}) {
            String name = "stopped" + stopAfter;
            train(name, PLAN.withEpochs(3), stopAfter);
            Path resumed = folder.resolve(name + "-resumed.pt");
            try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(name));
                    RandomSource random = new RandomSource(99);
                    Classifier c = Classifier.load(checkpoint.file())) {
                Trainer.Outcome outcome =
                        trainer(c, checkpoint.plan(), random).resume(checkpoint).fit();
                assertTrue(!outcome.stopped());
                c.save(resumed);
            }
            assertEquals(-1, Files.mismatch(straight, resumed), "stopped after " + stopAfter);
        }
    }

    /** Trains with checkpoints, asks to stop after some steps, saves. */
    private static Path train(String name, TrainingPlan plan, int stopAfter) throws IOException {
        Path file = folder.resolve(name + ".pt");
        AtomicInteger asked = new AtomicInteger();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            trainer(c, plan, random)
                    .checkpointsIn(folder.resolve(name))
                    .stopWhen(() -> asked.incrementAndGet() >= stopAfter)
                    .fit();
            c.save(file);
        }
        return file;
    }

    /** An epoch takes less than a second here, so unless asked for more only the last one writes. */
    @Test
    void checkpoints_ofShortEpochs_areWrittenAtTheEnd_orAtEachWhereAsked() throws IOException {
        TrainingPlan three = PLAN.withEpochs(3);
        Path place = folder.resolve("every");
        for (Duration every : Arrays.asList(Duration.ZERO, null)) { // the second begins with the first one's
            List<Boolean> there = new ArrayList<>();
            try (RandomSource random = new RandomSource(5);
                    Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
                Trainer trainer = trainer(c, three, random).checkpointsIn(place);
                if (every != null) trainer.checkpointsEvery(every);
                trainer.listener(new ByType() {
                            @Override
                            public void onEpoch(Event.EpochEnded epoch) {
                                there.add(Files.exists(place.resolve(Checkpoint.FILE)));
                            }
                        })
                        .fit();
            }
            assertEquals(every == null ? List.of(false, false, true) : List.of(true, true, true), there);
            try (Checkpoint last = Checkpoint.open(place)) {
                assertEquals(3, last.run().epoch());
            }
        }
    }

    @Test
    void fit_lossNotANumber_namesTheStep() throws IOException {
        TrainingPlan wild = PLAN.withGroups(List.of(new ParameterGroup("fc", 3e38, new Sgd(0.9, 0))));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            Exception e = assertThrows(
                    TrainingException.class, () -> trainer(c, wild, random).fit());
            assertTrue(e.getMessage().contains("epoch 1, step"), e.getMessage());
        }
    }

    @Test
    void plan_json_roundTrip() {
        assertEquals(PLAN, TrainingPlan.fromJson(PLAN.toJson()));
    }

    @Test
    void parameterGroup_negativeLearningRate_isRefused() {
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> new ParameterGroup("fc", -0.1, new Sgd(0.9, 0)));
        assertTrue(e.getMessage().contains("-0.1"), e.getMessage());
    }

    @Test
    void permutation_seed_isPyTorchs() {
        try (RandomSource random = new RandomSource(0)) {
            // torch.manual_seed(0); torch.randperm(8)
            assertArrayEquals(new int[] {4, 0, 7, 3, 2, 5, 1, 6}, random.permutation(8));
        }
    }

    @Test
    void resume_fullFineTuningOfLayer4_givesSameBytes() throws IOException {
        List<ParameterGroup> two = List.of(
                new ParameterGroup("layer4", 1e-4, new Sgd(0.9, 1e-3)),
                new ParameterGroup("fc", 1e-3, new Sgd(0.8, 0)));
        TrainingPlan plan = PLAN.withEpochs(2).withGroups(two);
        Path straight = train("deep", plan, Integer.MAX_VALUE);
        train("deep-stopped", plan, 3);
        Path file = folder.resolve("deep-resumed.pt");
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("deep-stopped"));
                RandomSource random = new RandomSource(1);
                Classifier c = Classifier.load(checkpoint.file())) {
            trainer(c, plan, random).resume(checkpoint).fit();
            c.save(file);
        }
        assertEquals(-1, Files.mismatch(straight, file));
    }

    @Test
    void resume_otherPlanOrOtherData_isRefused() throws IOException {
        train("other", PLAN.withEpochs(2), 3);
        Path place = folder.resolve("other");
        try (Checkpoint checkpoint = Checkpoint.open(place);
                RandomSource random = new RandomSource(1);
                Classifier c = Classifier.load(checkpoint.file())) {
            Trainer larger =
                    trainer(c, PLAN.withEpochs(2).withBatchSize(10), random).resume(checkpoint);
            Exception e = assertThrows(IllegalArgumentException.class, larger::fit);
            assertTrue(
                    e.getMessage().contains("input.batchSize was 8, is 10; only the epochs of the last phase"),
                    e.getMessage());
            List<Sample> swapped = new ArrayList<>(TRAIN);
            swapped.set(0, VALIDATION.get(0));
            Trainer others = Trainer.of(c, swapped, PLAN)
                    .validation(VALIDATION)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .resume(checkpoint);
            e = assertThrows(IOException.class, others::fit);
            assertTrue(e.getMessage().contains("resume with the same data"), e.getMessage());
        }
    }

    @Test
    void resume_unreadableBatches_areNotRepeated() throws IOException {
        List<Sample> holes = new ArrayList<>(TRAIN.subList(0, 12));
        for (int i : new int[] {1, 4, 5, 9}) {
            holes.set(i, new Sample(Files.writeString(folder.resolve("hole" + i + ".png"), "no picture"), i % 2));
        }
        TrainingPlan plan = PLAN.withEpochs(1).withBatchSize(1).withUnreadable(Unreadable.SKIP);
        Losses straight = new Losses();
        Losses parts = new Losses();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            Trainer.of(c, holes, plan)
                    .validation(VALIDATION)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(straight)
                    .fit();
        }
        Path place = folder.resolve("holes");
        AtomicInteger asked = new AtomicInteger();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, CARD, random)) {
            Trainer.of(c, holes, plan)
                    .validation(VALIDATION)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(parts)
                    .checkpointsIn(place)
                    .stopWhen(() -> asked.incrementAndGet() >= 5)
                    .fit();
        }
        try (Checkpoint checkpoint = Checkpoint.open(place);
                RandomSource random = new RandomSource(1);
                Classifier c = Classifier.load(checkpoint.file())) {
            Trainer.of(c, holes, plan)
                    .validation(VALIDATION)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(parts)
                    .resume(checkpoint)
                    .fit();
        }
        assertEquals(8, straight.all.size());
        assertEquals(straight.all, parts.all);
    }

    @Test
    void groups_overlapping_areRefused() throws IOException {
        List<ParameterGroup> twice = List.of(
                new ParameterGroup("fc", 0.1, new Sgd(0, 0)), new ParameterGroup("fc.bias", 0.1, new Sgd(0, 0)));
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            Trainer trainer = trainer(c, PLAN.withGroups(twice), random);
            Exception e = assertThrows(IllegalArgumentException.class, trainer::fit);
            assertTrue(e.getMessage().contains("fc.bias is in two groups"), e.getMessage());
        }
    }

    @Test
    void random_afterClose_isRefused() {
        RandomSource random = new RandomSource(1);
        random.close();
        random.close();
        assertThrows(IllegalStateException.class, random::state);
    }
}
