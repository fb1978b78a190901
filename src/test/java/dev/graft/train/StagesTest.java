package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.SmallRun;
import dev.graft.checkpoint.Checkpoint;
import dev.graft.data.Sample;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
import dev.graft.plan.AdamW;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Plateau;
import dev.graft.plan.Schedule;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Warmup;
import dev.graft.report.Event;
import dev.graft.report.TrainingListener;
import dev.graft.torch.ComputeDevice;
import dev.graft.torch.RandomSource;
import dev.graft.torch.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unfreezing stage by stage behind the fitted head: what each phase changes, and the same bytes after a stop. */
class StagesTest {
    private static final TrainingPlan PLAN = TrainingPlan.auto()
            .withBatchSize(6)
            .withReportEvery(1)
            .then(tuned("layer4", 1, List.of("layer4")))
            .then(tuned("layer3", 2, List.of("layer4", "layer3")));

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;
    private static List<Sample> validation;

    private static Phase tuned(String name, int epochs, List<String> layers) {
        Phase phase = Phase.of(name, epochs, ParameterGroup.staged(layers, 1e-3, 0.3))
                .withOptimizer(new AdamW(0.05))
                .withSchedule(new Warmup(2, Schedule.Every.STEP, 0.1, new Plateau(0.5, 0, 0, 0)));
        return phase.withUpdates(phase.updates().withDecayAll(false));
    }

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 12);
        validation = SmallRun.validation(folder.resolve("val"), 4);
    }

    private static Map<String, float[]> values(Classifier c) {
        Map<String, float[]> all = new TreeMap<>();
        c.parameters().forEach((name, t) -> {
            Tensor flat = t.detach().contiguous();
            float[] of = new float[(int) flat.numel()];
            new FloatPointer(flat.data_ptr()).get(of);
            all.put(name, of);
        });
        return all;
    }

    private static TreeSet<String> layersThatDiffer(Map<String, float[]> one, Map<String, float[]> other) {
        TreeSet<String> layers = new TreeSet<>();
        one.forEach((name, v) -> {
            if (!Arrays.equals(v, other.get(name))) layers.add(name.replaceFirst("\\..*", ""));
        });
        return layers;
    }

    private static void fit(Classifier c, RandomSource random, UnaryOperator<Trainer> more) throws IOException {
        Trainer trainer = Trainer.of(c, train, PLAN)
                .validation(validation)
                .on(ComputeDevice.CPU)
                .drawingFrom(random);
        more.apply(trainer).fit();
    }

    @Test
    void fit_autoThenStages_eachPhaseChangesItsLayersOnly_andAResumeGivesTheSameBytes() throws IOException {
        List<Map<String, float[]>> after = new ArrayList<>();
        try (RandomSource random = new RandomSource(7);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            after.add(values(c));
            fit(c, random, t -> t.listener(TrainingListener.on(Event.EpochEnded.class, e -> after.add(values(c)))));
        }
        assertEquals(5, after.size());
        assertEquals(new TreeSet<>(List.of("fc")), layersThatDiffer(after.get(0), after.get(1)));
        assertEquals(new TreeSet<>(List.of("fc", "layer4")), layersThatDiffer(after.get(1), after.get(2)));
        assertEquals(new TreeSet<>(List.of("fc", "layer3", "layer4")), layersThatDiffer(after.get(2), after.get(4)));

        Path place = folder.resolve("stopped");
        int[] steps = {0};
        try (RandomSource random = new RandomSource(7);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            fit(c, random, t -> t.checkpointsIn(place)
                    .listener(TrainingListener.on(Event.StepsTaken.class, e -> steps[0]++))
                    .stopWhen(() -> steps[0] == 6));
        }
        try (Checkpoint checkpoint = Checkpoint.open(place);
                RandomSource random = new RandomSource(99);
                Classifier c = Classifier.load(Checkpoint.fileIn(place))) {
            assertEquals(2, checkpoint.run().phase(), "stopped in the last phase");
            assertTrue(checkpoint.run().step() > 0, "within an epoch");
            fit(c, random, t -> t.resume(checkpoint));
            assertEquals(new TreeSet<>(), layersThatDiffer(after.get(4), values(c)));
        }
    }

    @Test
    void staged_ratesFallFromTheHeadOn() {
        List<ParameterGroup> groups = ParameterGroup.staged(List.of("layer4", "layer3"), 0.1, 0.5);
        assertEquals(
                List.of(
                        new ParameterGroup("head", 0.1),
                        new ParameterGroup("layer4", 0.05),
                        new ParameterGroup("layer3", 0.025)),
                groups);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> ParameterGroup.staged(List.of("layer4"), 0.1, 2))
                .getMessage();
        assertEquals("lr factor must be above 0 and at most 1, was 2.0", message);
    }
}
