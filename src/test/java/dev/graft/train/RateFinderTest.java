package dev.graft.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.graft.SmallRun;
import dev.graft.data.Sample;
import dev.graft.features.FeatureStore;
import dev.graft.model.Classifier;
import dev.graft.model.HashState;
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
import dev.graft.train.RateFinder.Rates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The rates, losses and suggestions of a loop in Python on the same pictures (tools/golden_rates.py), and a classifier that is left as it was. */
class RateFinderTest {
    private static final TrainingPlan LAYER4 = TrainingPlan.fast()
            .withGroups(ParameterGroup.staged(List.of("layer4"), 1e-3, 0.1))
            .withMode(Mode.TRAINING)
            .withBatchSize(8);

    @TempDir
    static Path folder;

    private static Path weights;
    private static List<Sample> train;

    @BeforeAll
    static void draw() throws IOException {
        Threads.set(1);
        weights = HashState.write(folder.resolve("hash.pth"), 10);
        train = SmallRun.samples(folder.resolve("train"), 40);
    }

    private static String[] golden() throws IOException {
        try (InputStream in = RateFinderTest.class.getResourceAsStream("/golden/rates/cases.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
        }
    }

    /** The second search begins with the head that the first one left as it was, and finds the features. */
    @Test
    void find_headOnFrozenLayers_equalsALoopInPython() throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            for (String line : golden()) assertEqualsGolden(new ObjectMapper().readTree(line), c);
            RateFinder fitted = new RateFinder(c, train, TrainingPlan.auto()).on(ComputeDevice.CPU);
            assertRefused("fits the head at once", () -> fitted.find(Rates.STANDARD));
            assertRefused("no phase tail; the phases are [head]", () -> fitted.find("tail", Rates.STANDARD));
        }
    }

    @Test
    void find_tellsItsListenerOfItsSteps() throws IOException {
        List<Event.StepsTaken> told = new ArrayList<>();
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.CARD, random)) {
            new RateFinder(c, train, TrainingPlan.fast().withBatchSize(8))
                    .on(ComputeDevice.CPU)
                    .listener(TrainingListener.on(Event.StepsTaken.class, told::add))
                    .find(Rates.STANDARD);
        }
        assertTrue(told.size() > 10, told::toString);
    }

    private static void assertEqualsGolden(JsonNode golden, Classifier c) throws IOException {
        TrainingPlan plan = TrainingPlan.fast()
                .withOptimizer(new Sgd(golden.get("momentum").asDouble(), 0))
                .withBatchSize(8)
                .withSeed(golden.get("seed").asLong());
        Rates rates = new Rates(
                golden.get("low").asDouble(),
                golden.get("high").asDouble(),
                golden.get("steps").asInt());
        RateCurve curve = new RateFinder(c, train, plan)
                .on(ComputeDevice.CPU)
                .featuresIn(FeatureStore.in(folder.resolve("store")))
                .find(rates);
        assertEquals(golden.get("losses").size(), curve.points().size());
        assertEquals(golden.get("diverged").asBoolean(), curve.diverged());
        for (int i = 0; i < curve.points().size(); i++) {
            RateCurve.Point p = curve.points().get(i);
            assertNear(golden.get("rates").get(i).asDouble(), p.rate(), 1e-6, "rate " + i);
            assertNear(golden.get("losses").get(i).asDouble(), p.loss(), 1e-3, "loss " + i);
            assertNear(golden.get("smoothed").get(i).asDouble(), p.smoothed(), 1e-3, "smoothed " + i);
        }
        assertNear(golden.get("steepest").asDouble(), curve.steepest().orElseThrow(), 1e-6, "steepest");
        assertNear(
                golden.get("tenthOfMinimum").asDouble(), curve.tenthOfMinimum().orElseThrow(), 1e-6, "tenth");
        assertEquals(curve, RateCurve.fromJson(curve.toJson()));
    }

    /** A loss near 0 is compared as such. */
    private static void assertNear(double expected, double is, double tolerance, String what) {
        assertEquals(expected, is, tolerance * Math.max(expected, what.startsWith("loss") ? 0.1 : 0), what);
    }

    private static byte[] saved(Classifier c) throws IOException {
        Path file = folder.resolve("saved.pt");
        c.save(file);
        return Files.readAllBytes(file);
    }

    private static float[] logits(Classifier c) {
        try (NativeScope scope = NativeScope.open()) {
            int size = HashState.SIZE / 2;
            float[] logits = new float[4];
            Tensor of = c.forward(torch.full(new long[] {2, 3, size, size}, new org.bytedeco.pytorch.Scalar(0.25)));
            new FloatPointer(of.detach().contiguous().data_ptr()).get(logits);
            return logits;
        }
    }

    private static TreeMap<String, Boolean> frozen(Classifier c) {
        TreeMap<String, Boolean> frozen = new TreeMap<>();
        c.parameters().forEach((name, p) -> frozen.put(name, p.requires_grad()));
        return frozen;
    }

    /** Rates at which the weights overflow, with norms that update their statistics. */
    @Test
    void find_thatDiverges_leavesTheClassifierAsItWas() throws IOException {
        try (RandomSource random = new RandomSource(5);
                Classifier c = Classifier.graft(weights, SmallRun.LITTLE, random)) {
            c.freeze();
            c.unfreeze("layer2");
            c.trainingMode(false);
            byte[] before = saved(c);
            float[] logits = logits(c);
            TreeMap<String, Boolean> frozen = frozen(c);
            RateCurve curve = new RateFinder(c, train.subList(0, 8), LAYER4)
                    .on(ComputeDevice.CPU)
                    .find(new Rates(1e-3, 1e30, 20));
            assertTrue(curve.diverged(), curve.toString());
            assertTrue(curve.points().size() > 2, curve.toString());
            assertTrue(curve.points().stream().allMatch(p -> Double.isFinite(p.loss())), curve.toString());
            assertArrayEquals(before, saved(c));
            assertArrayEquals(logits, logits(c));
            assertEquals(frozen, frozen(c));
            assertTrue(c.parameters().values().stream().noneMatch(p -> p.grad().defined()));

            c.trainingMode(true);
            logits(c); // updates the statistics of the norms
            before = saved(c);
            new RateFinder(c, train.subList(0, 8), LAYER4).on(ComputeDevice.CPU).find(new Rates(1e-9, 1e-8, 20));
            assertArrayEquals(before, saved(c));
            logits(c);
            assertFalse(java.util.Arrays.equals(before, saved(c)), "the norms are in training mode again");
        }
    }

    private static void assertRefused(String says, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(says), message);
    }

    @Test
    void rates_outOfRange_areRefused() {
        assertRefused("above 0 and rise", () -> new Rates(0, 1, 100));
        assertRefused("above 0 and rise", () -> new Rates(1, 1, 100));
        assertRefused("steps must be 20 to", () -> new Rates(1e-3, 1, 19));
    }

    @Test
    void curve_ofFewPoints_suggestsNothing() {
        RateCurve.Recorder recorder = new RateCurve.Recorder();
        for (int i = 0; i < 10; i++) recorder.add(i + 1, 1);
        recorder.add(11, Double.NaN);
        recorder.add(12, 1);
        RateCurve curve = recorder.curve(100);
        assertTrue(curve.diverged());
        assertEquals(10, curve.points().size());
        assertEquals(OptionalDouble.empty(), curve.steepest());
        assertEquals(OptionalDouble.empty(), curve.tenthOfMinimum());
    }

    @Test
    void curve_thatOnlyRises_hasNoSteepestFall() {
        RateCurve.Recorder recorder = new RateCurve.Recorder();
        for (int i = 0; i < 40; i++) recorder.add(i + 1, 1 + i / 100.0);
        RateCurve curve = recorder.curve(40);
        assertFalse(curve.diverged());
        assertEquals(OptionalDouble.empty(), curve.steepest());
        assertEquals(0.5, curve.tenthOfMinimum().orElseThrow());
    }
}
