package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.ByType;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.model.ModelCard;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.Mode;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.NativeScope;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that learn behind a trunk that pictures pass once: against PyTorch, against the slow way, after a stop. */
class FineTuningTest {
    private static final List<ParameterGroup> LAYER4 = List.of(
            new ParameterGroup(Classifier.HEAD, 0.001, new Sgd(0.9, 0)),
            new ParameterGroup("layer4", 0.001, new Sgd(0.9, 0)));
    private static final TrainingPlan PLAN = TrainingPlan.fast()
            .withGroups(LAYER4)
            .withMode(Mode.TRAINING)
            .withEpochs(4)
            .withBatchSize(8);

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

    /** What a run told, and what it says of the validation pictures. */
    private record Run(List<Double> losses, List<Event.FeaturesReady> passes, float[][] probabilities) {}

    private static Trainer trainer(Classifier c, TrainingPlan plan, RandomSource random) {
        return Trainer.of(c, train, plan)
                .validation(VALIDATION)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
    }

    private static Run run(TrainingPlan plan, long featureBytes, Path model) throws IOException {
        return run(SmallRun.LITTLE, plan, featureBytes, model);
    }

    private static Run run(ModelCard card, TrainingPlan plan, long featureBytes, Path model) throws IOException {
        List<Double> losses = new ArrayList<>();
        List<Event.FeaturesReady> passes = new ArrayList<>();
        TrainingListener listener = new ByType() {
            @Override
            public void onSteps(Event.StepsTaken steps) {
                for (double loss : steps.losses()) losses.add(loss);
            }

            @Override
            public void onFeatures(Event.FeaturesReady pass) {
                passes.add(pass);
            }
        };
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, card, random)) {
            Trainer.Outcome outcome = trainer(c, plan, random)
                    .listener(listener)
                    .featuresIn(FeatureStore.in(folder.resolve("store")))
                    .featuresWithin(featureBytes)
                    .fit();
            c.save(model);
            return new Run(losses, passes, outcome.evaluation().orElseThrow().probabilities());
        }
    }

    private static Path model(String name) {
        return folder.resolve(name + ".pt");
    }

    @Test
    void fit_layer4InTrainingMode_equalsPyTorch() throws IOException {
        JsonNode golden;
        try (InputStream in = FineTuningTest.class.getResourceAsStream("/golden/model/run-layer4.json")) {
            golden = new ObjectMapper().readTree(in).get("losses");
        }
        Run run = run(SmallRun.CARD, PLAN, 1 << 20, model("golden"));
        assertEquals(20, run.losses.size());
        for (int i = 0; i < 20; i++) assertEquals(golden.get(i).asDouble(), run.losses.get(i), 1e-4, "step " + i);
        float[] validation = HashState.golden("validation-layer4.f32");
        for (int i = 0; i < 12; i++) assertEquals(validation[2 * i], run.probabilities[i][0], 1e-4);
        assertEquals(52, run.passes.get(0).computed());
        assertTrue(Files.notExists(folder.resolve("store")), "activations are not kept on disk");
    }

    /** Rates, momenta and weight decays that differ from group to group, and no decay at all, or all groups alike, give other losses. */
    @Test
    void fit_groupsThatDifferInEverything_equalsPyTorch() throws IOException {
        JsonNode golden;
        try (InputStream in = FineTuningTest.class.getResourceAsStream("/golden/model/run-groups.json")) {
            golden = new ObjectMapper().readTree(in).get("losses");
        }
        ParameterGroup layer4 = new ParameterGroup("layer4", 0.002, new Sgd(0.9, 0.2));
        ParameterGroup head = new ParameterGroup(Classifier.HEAD, 0.01, new Sgd(0.5, 0.5));
        Run run = run(SmallRun.CARD, PLAN.withGroups(List.of(layer4, head)), 1 << 20, model("groups"));
        assertEquals(20, run.losses.size());
        for (int i = 0; i < 20; i++) assertEquals(golden.get(i).asDouble(), run.losses.get(i), 1e-4, "step " + i);
        float[] validation = HashState.golden("validation-groups.f32");
        for (int i = 0; i < 12; i++) assertEquals(validation[2 * i], run.probabilities[i][0], 1e-4);
        List<ParameterGroup> wrong = List.of(
                new ParameterGroup("layer4", 0.01, new Sgd(0.9, 0.2)),
                new ParameterGroup("layer4", 0.002, new Sgd(0.5, 0.2)),
                new ParameterGroup("layer4", 0.002, new Sgd(0.9, 0)));
        for (ParameterGroup other : wrong) {
            Run differs = run(SmallRun.CARD, PLAN.withGroups(List.of(other, head)), 1 << 20, model("groups"));
            assertNotEquals(golden.get(19).asDouble(), differs.losses.get(19), 2e-3, other.toString());
        }
    }

    @Test
    void fit_featuresThatDoNotFit_areComputedAnewWithTheSameResult() throws IOException {
        Run kept = run(PLAN, 1 << 20, model("kept"));
        Run anew = run(PLAN, 52 * 256 * 4 * 4 - 1, model("anew")); // of 32 x 32 pixels, layer3 leaves 2 x 2
        assertTrue(anew.passes.isEmpty());
        assertEquals(1, kept.passes.size());
        for (int i = 0; i < 20; i++) assertEquals(kept.losses.get(i), anew.losses.get(i), 1e-6, "step " + i);
    }

    @Test
    void fit_layer3AndBeyondInEvaluationMode_equalsTheSlowWay() throws IOException {
        List<ParameterGroup> groups = List.of(
                new ParameterGroup("layer4.1", 1e-4, new Sgd(0.9, 0)),
                new ParameterGroup("layer3", 1e-4, new Sgd(0.9, 1e-4)),
                new ParameterGroup(Classifier.HEAD, 0.001, new Sgd(0.9, 0)));
        TrainingPlan plan = PLAN.withGroups(groups).withMode(Mode.EVALUATION);
        Run fast = run(plan, 1 << 20, model("fast"));
        Run slow = run(plan.withFrozen(FrozenLayers.EVERY_EPOCH), 0, model("slow"));
        for (int i = 0; i < 20; i++) assertEquals(slow.losses.get(i), fast.losses.get(i), 1e-5, "step " + i);
        assertNotEquals(fast.losses, run(PLAN, 1 << 20, model("other")).losses);
    }

    @Test
    void fit_afterTheHead_goesOnFromIt() throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            List<Double> losses = new ArrayList<>();
            TrainingListener listener = new ByType() {
                @Override
                public void onSteps(Event.StepsTaken steps) {
                    for (double loss : steps.losses()) losses.add(loss);
                }
            };
            TrainingPlan head = TrainingPlan.fast().withEpochs(30).withBatchSize(8);
            trainer(c, head, random).listener(listener).fit();
            double untrained = losses.get(0);
            losses.clear();
            try (NativeScope scope = NativeScope.open()) {
                Tensor layer3 = c.parameters().get("layer3.1.conv2.weight").clone();
                Tensor layer4 = c.parameters().get("layer4.1.conv2.weight").clone();
                trainer(c, PLAN.withMode(Mode.EVALUATION), random)
                        .listener(listener)
                        .fit();
                assertTrue(losses.get(0) < 0.9 * untrained, untrained + " before the head learnt, now " + losses);
                assertTrue(layer3.equal(c.parameters().get("layer3.1.conv2.weight")));
                assertFalse(layer4.equal(c.parameters().get("layer4.1.conv2.weight")));
            }
        }
    }

    @Test
    void resume_inTheMiddle_givesSameBytes() throws IOException {
        run(PLAN, 1 << 20, model("straight"));
        Path checkpoints = folder.resolve("checkpoints");
        AtomicInteger asked = new AtomicInteger();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            assertTrue(trainer(c, PLAN, random)
                    .checkpointsIn(checkpoints)
                    .stopWhen(() -> asked.incrementAndGet() >= 7 + 12)
                    .fit()
                    .stopped());
        }
        try (RandomSource random = new RandomSource(99);
                Checkpoint checkpoint = Checkpoint.open(checkpoints);
                Classifier c = Classifier.load(checkpoint.file())) {
            trainer(c, checkpoint.plan(), random).resume(checkpoint).fit();
            c.save(model("resumed"));
        }
        assertEquals(-1, Files.mismatch(model("straight"), model("resumed")));
    }
}
