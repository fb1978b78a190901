package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.metrics.Metrics;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.Clipping;
import dev.graft.plan.Ending;
import dev.graft.plan.FrozenLayers;
import dev.graft.plan.Mode;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Updates;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens between the backward pass and the weights, against tools/golden_updates.py. */
class UpdatesTest {
    private static final TrainingPlan HEAD = TrainingPlan.fast()
            .withEpochs(2)
            .withBatchSize(8)
            .withReportEvery(1)
            .withGroups(List.of(new ParameterGroup(Classifier.HEAD, 0.001)));

    private static final TrainingPlan LAYER4 = HEAD.withGroups(
                    List.of(new ParameterGroup("layer4", 0.001), new ParameterGroup(Classifier.HEAD, 0.001)))
            .withUpdates(Updates.in(Mode.TRAINING).withAveraging(0.8));

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static List<Sample> validation;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 40);
        validation = SmallRun.validation(folder.resolve("val"), 12);
    }

    private static List<Double> losses(TrainingPlan plan) throws IOException {
        List<Double> losses = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .listener(TrainingListener.on(Event.StepsTaken.class, e -> {
                        for (double loss : e.losses()) losses.add(loss);
                    }))
                    .fit();
        }
        return losses;
    }

    private static JsonNode golden(String name) throws IOException {
        try (InputStream in = UpdatesTest.class.getResourceAsStream("/golden/updates/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static void assertGolden(String name, List<Double> losses) throws IOException {
        JsonNode golden = golden(name).get("losses");
        assertEquals(golden.size(), losses.size(), name);
        for (int i = 0; i < losses.size(); i++)
            assertEquals(golden.get(i).asDouble(), losses.get(i), 5e-5, name + " step " + i);
    }

    @Test
    void fit_severalBatchesAStepAndLimitsForGradients_equalsPyTorch() throws IOException {
        Updates plain = Updates.in(Mode.EVALUATION);
        assertGolden("plain", losses(HEAD.withUpdates(plain)));
        assertGolden("accumulate", losses(HEAD.withUpdates(plain.withAccumulate(2))));
        assertGolden("norm", losses(HEAD.withUpdates(plain.withClipping(Clipping.norm(1.5)))));
        assertGolden("value", losses(HEAD.withUpdates(plain.withClipping(Clipping.value(0.02)))));
        assertGolden("all", losses(HEAD.withUpdates(plain.withAccumulate(2).withClipping(new Clipping(0.05, 0.4)))));
    }

    /** The average is judged, with norms of its own, and training goes on with the weights themselves. */
    @Test
    void fit_averagedWeightsInTrainingMode_equalsPyTorch() throws IOException {
        assertGolden("average", losses(LAYER4));
        JsonNode golden = golden("average").get("validation");
        for (int epochs = 1; epochs <= 2; epochs++) {
            try (RandomSource random = new RandomSource(5);
                    Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
                Trainer.Outcome outcome = Trainer.of(c, train, LAYER4.withEpochs(epochs))
                        .validation(validation)
                        .on(ComputeDevice.CPU)
                        .drawingFrom(random)
                        .fit();
                float[][] probabilities = outcome.evaluation().orElseThrow().probabilities();
                for (int i = 0; i < 12; i++) {
                    double wanted = golden.get(epochs - 1).get(i).asDouble();
                    assertEquals(wanted, probabilities[i][0], 5e-5, epochs + " epochs, picture " + i);
                }
            }
        }
    }

    /** Stopped within each epoch and between them: averages, gradients of several batches and all. */
    @Test
    void resume_withAllOfIt_endsWithTheSameBytes() throws IOException {
        TrainingPlan plan = LAYER4.withUpdates(
                LAYER4.phases().get(0).updates().withAccumulate(2).withClipping(Clipping.norm(1)));
        byte[] wanted = model(plan, () -> false, Optional.empty());
        for (int stop : new int[] {1, 2, 3, 4}) {
            Path place = folder.resolve("stop" + stop);
            int[] asked = {0};
            model(plan, () -> ++asked[0] >= stop, Optional.of(place));
            assertTrue(Files.exists(place.resolve(Checkpoint.FILE)));
            assertArrayEquals(wanted, resumed(plan, place), "stopped after " + stop + " questions");
        }
    }

    /** Killed after its last checkpoint, before the model was saved: layers that run once, and an early end with views. */
    @Test
    void resume_afterTheLastEpoch_endsWithTheSameBytes() throws IOException {
        TrainingPlan once = LAYER4.withFrozen(FrozenLayers.ONCE).withViews(new Views(3, Augmentation.STANDARD, 7));
        TrainingPlan early = LAYER4.withViews(new Views(5, Augmentation.STANDARD, 7))
                .withEpochs(6)
                .withEnding(Ending.NONE.withMetric("loss").withPatience(1, 100));
        for (TrainingPlan plan : List.of(once, early)) {
            Path place = folder.resolve("end" + plan.epochs());
            byte[] wanted = model(plan, () -> false, Optional.of(place));
            assertArrayEquals(wanted, resumed(plan, place), plan.toJson());
        }
    }

    /** The best epoch's checkpoint has the weights that were judged: those that the run ends with if that epoch is its last. */
    @Test
    void keepBest_withAveragedWeights_keepsTheJudgedOnes() throws IOException {
        Path place = folder.resolve("best");
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            Trainer.of(c, train, LAYER4.withEpochs(1))
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(place)
                    .keepBest(Metrics.loss())
                    .fit();
            try (Checkpoint best = Checkpoint.open(place.resolve(Checkpoint.BEST));
                    Checkpoint last = Checkpoint.open(place)) {
                assertEquals(Optional.empty(), best.difference(c));
                assertTrue(last.difference(c).isPresent(), "the last one goes on with the weights of the last step");
                assertEquals(Map.of(), best.averaged());
            }
        }
    }

    private static byte[] model(TrainingPlan plan, BooleanSupplier stop, Optional<Path> place) throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            Trainer trainer = Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .stopWhen(stop)
                    .checkpointsEvery(Duration.ZERO);
            place.ifPresent(trainer::checkpointsIn);
            trainer.fit();
            return saved(c);
        }
    }

    private static byte[] resumed(TrainingPlan plan, Path place) throws IOException {
        try (Checkpoint from = Checkpoint.open(place);
                RandomSource random = new RandomSource(77);
                Classifier c = Classifier.load(from.file())) {
            Trainer.of(c, train, plan)
                    .validation(validation)
                    .on(ComputeDevice.CPU)
                    .drawingFrom(random)
                    .checkpointsIn(place)
                    .resume(from)
                    .fit();
            return saved(c);
        }
    }

    private static byte[] saved(Classifier c) throws IOException {
        c.save(folder.resolve("model.pt"));
        return Files.readAllBytes(folder.resolve("model.pt"));
    }

    @Test
    void updates_outOfRange_saysSo() {
        Updates plain = Updates.in(Mode.EVALUATION);
        assertEquals(
                "plan: accumulate must be at least 1, was 0",
                assertThrows(IllegalArgumentException.class, () -> plain.withAccumulate(0))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> plain.withAveraging(1));
        assertThrows(IllegalArgumentException.class, () -> Clipping.norm(-1));
        assertThrows(IllegalArgumentException.class, () -> Clipping.value(Double.NaN));
        Exception fitted = assertThrows(
                IllegalArgumentException.class, () -> TrainingPlan.auto().withUpdates(plain.withAveraging(0.9)));
        assertTrue(fitted.getMessage().contains("fits the head at once"), fitted.getMessage());
    }
}
