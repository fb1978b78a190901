package dev.graft.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.plan.Schedule.Every;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schedule against torch.optim.lr_scheduler, see tools/golden_schedules.py; and which of them depend on the phase's length. */
class SchedulesTest {
    private static final int EPOCHS = 12;
    private static final int STEPS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String golden(String name) throws IOException {
        try (InputStream in = SchedulesTest.class.getResourceAsStream("/golden/schedules/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static List<JsonNode> cases() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String line : golden("cases.jsonl").split("\n")) all.add(JSON.readTree(line));
        return all;
    }

    private static List<Double> losses() throws IOException {
        List<Double> all = new ArrayList<>();
        JSON.readTree(golden("losses.json")).forEach(l -> all.add(l.asDouble()));
        return all;
    }

    private static Schedule schedule(JsonNode settings) throws IOException {
        ObjectNode plan = (ObjectNode) JSON.readTree(TrainingPlan.fast().toJson());
        ((ObjectNode) plan.get("phases").get(0)).set("schedule", settings);
        return TrainingPlan.fromJson(plan.toString()).phases().get(0).schedule();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void factor_atEveryStep_equalsPyTorchs(JsonNode golden) throws IOException {
        Schedule schedule = schedule(golden.get("schedule"));
        List<Double> losses = losses();
        assertEquals(EPOCHS * STEPS, golden.get("factors").size());
        for (int step = EPOCHS * STEPS - 1; step >= 0; step--) { // in any order: nothing depends on history
            int epoch = step / STEPS;
            Schedule.At at = new Schedule.At(epoch, EPOCHS, step, EPOCHS * STEPS, losses.subList(0, epoch));
            double expected = golden.get("factors").get(step).asDouble();
            assertEquals(expected, schedule.factor(at), 1e-14 + 1e-12 * expected, schedule + " at step " + step);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void json_roundTrip_keepsTheSchedule(JsonNode golden) throws IOException {
        TrainingPlan plan = TrainingPlan.fast().withSchedule(schedule(golden.get("schedule")));
        assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        assertEquals(
                golden.get("schedule"),
                JSON.readTree(plan.toJson()).get("phases").get(0).get("schedule"));
    }

    /** A schedule that says that it does not depend on the length gives the same factors in a longer phase; one that says so does not. */
    @ParameterizedTest
    @MethodSource("cases")
    void dependsOnLength_isWhatTheFactorsDo(JsonNode golden) throws IOException {
        Schedule schedule = schedule(golden.get("schedule"));
        List<Double> losses = losses();
        boolean same = true;
        for (int step = 0; step < EPOCHS * STEPS; step++) {
            int epoch = step / STEPS;
            List<Double> before = losses.subList(0, epoch);
            double now = schedule.factor(new Schedule.At(epoch, EPOCHS, step, EPOCHS * STEPS, before));
            double longer = schedule.factor(new Schedule.At(epoch, 2 * EPOCHS, step, 2 * EPOCHS * STEPS, before));
            same &= now == longer;
        }
        assertEquals(same, !schedule.dependsOnLength(), schedule.toString());
        TrainingPlan plan = TrainingPlan.fast().withEpochs(EPOCHS).withSchedule(schedule);
        assertEquals(same, plan.withEpochs(2 * EPOCHS).continues(plan));
    }

    @Test
    void oneCycle_phaseOfOneOrTwoSteps_isFinite() {
        for (OneCycle cycle : List.of(
                OneCycle.STANDARD,
                new OneCycle(0.5, 25, 10, OneCycle.Curve.LINEAR, true),
                new OneCycle(0.5, 25, 10, OneCycle.Curve.COSINE, false)))
            for (long steps = 1; steps <= 4; steps++)
                for (long step = 0; step < steps; step++) {
                    double factor = cycle.factor(new Schedule.At(0, 1, step, steps, List.of()));
                    assertTrue(
                            factor >= 1 / 25.0 / 1e4 && factor <= 1,
                            cycle + " at " + step + " of " + steps + ": " + factor);
                }
    }

    /** A loss that is not a number is not better: the rates fall as if it had not improved. */
    @Test
    void plateau_lossesThatAreNotNumbers_countAsNoBetter() {
        Plateau plateau = new Plateau(0.5, 1, 0, 0);
        assertEquals(1, plateau.factor(new Schedule.At(2, 9, 2, 9, List.of(1.0, Double.NaN))));
        assertEquals(0.5, plateau.factor(new Schedule.At(3, 9, 3, 9, List.of(1.0, Double.NaN, Double.NaN))));
        assertEquals(1, plateau.factor(new Schedule.At(3, 9, 3, 9, List.of(1.0, Double.NaN, 0.5))));
    }

    /** A warm-up of steps leaves the epochs alone, one of epochs hides its losses from what follows. */
    @Test
    void warmup_ofOtherUnitThanTheNext_countsAsItSays() {
        Schedule steps = new Warmup(7, Every.STEP, 0.5, new Step(2, 0.1, Every.EPOCH));
        assertEquals(0.5 + 0.5 * 6 / 7, steps.factor(new Schedule.At(1, 6, 6, 30, List.of())), 1e-12);
        assertEquals(1, steps.factor(new Schedule.At(1, 6, 7, 30, List.of())));
        assertEquals(0.1, steps.factor(new Schedule.At(2, 6, 10, 30, List.of())));
        Schedule epochs = new Warmup(2, Every.EPOCH, 0.5, new Cosine(Every.STEP));
        assertEquals(0.75, epochs.factor(new Schedule.At(1, 6, 9, 30, List.of())));
        assertEquals(1, epochs.factor(new Schedule.At(2, 6, 10, 30, List.of())));
        assertEquals(0.5, epochs.factor(new Schedule.At(4, 6, 20, 30, List.of())), 1e-12);
        Schedule plateau = new Warmup(2, Every.EPOCH, 0.5, new Plateau(0.1, 0, 0, 0));
        assertEquals(1, plateau.factor(new Schedule.At(3, 6, 15, 30, List.of(1.0, 2.0, 3.0))));
        assertEquals(0.1, plateau.factor(new Schedule.At(4, 6, 20, 30, List.of(1.0, 2.0, 3.0, 4.0))));
    }

    private static void refused(String says, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(says), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void settingsOutOfRange_areRefusedByName() {
        refused("length must be at least 1, was 0", () -> new Step(0, 0.1, Every.EPOCH));
        refused("gamma must be above 0 and at most 1, was 1.5", () -> new Step(1, 1.5, Every.EPOCH));
        refused("gamma must be above 0, was 0.0", () -> new Exponential(0, Every.STEP));
        refused("ascend, were [3, 2]", () -> new MultiStep(List.of(3, 2), 0.1, Every.EPOCH));
        refused("at least 1", () -> new MultiStep(List.of(0), 0.1, Every.EPOCH));
        refused("no places", () -> new MultiStep(List.of(), 0.1, Every.EPOCH));
        refused("was NaN", () -> new OneCycle(Double.NaN, 25, 1e4, OneCycle.Curve.COSINE, false));
        refused("at most 0.5, was 0.6", () -> new OneCycle(0.6, 25, 1e4, OneCycle.Curve.COSINE, true));
        refused("start divisor", () -> new OneCycle(0.3, 0.5, 1e4, OneCycle.Curve.COSINE, false));
        refused("end divisor", () -> new OneCycle(0.3, 25, Double.POSITIVE_INFINITY, OneCycle.Curve.COSINE, false));
        refused("below 1, was 1.0", () -> new Plateau(1, 10, 1e-4, 0));
        refused("patience must be at least 0, was -1", () -> new Plateau(0.1, -1, 1e-4, 0));
        refused("threshold", () -> new Plateau(0.1, 1, 1, 0));
        refused("least factor", () -> new Plateau(0.1, 1, 0, 2));
        refused("length must be at least 1, was 0", () -> new Warmup(0, Every.STEP, 0.1, Schedule.CONSTANT));
        refused("start factor", () -> new Warmup(5, Every.STEP, 0, Schedule.CONSTANT));
        Warmup warm = new Warmup(5, Every.STEP, 0.1, Schedule.CONSTANT);
        refused("another warm-up", () -> new Warmup(5, Every.STEP, 0.1, warm));
    }

    @Test
    void optimizers_settingsThatPyTorchRefuses_areRefusedByName() {
        refused("nesterov needs momentum above 0 and dampening 0", () -> new Sgd(0, 0, true, 0));
        refused("nesterov needs momentum above 0 and dampening 0", () -> new Sgd(0.9, 0.1, true, 0));
        refused("dampening must be between 0 and 1, was 2.0", () -> new Sgd(0.9, 2, false, 0));
        refused("momentum must be at least 0 and below 1, was 1.0", () -> new Sgd(1, 0));
        refused("weight decay must be 0 or greater, was -0.1", () -> new Adam(-0.1));
        refused("weight decay must be below 3.4e38, LibTorch's largest number, was 1.0E39", () -> new Sgd(0.9, 1e39));
        refused("plan: the limit of clipping by value must be below 3.4e38", () -> Clipping.value(1e39));
        refused("beta1", () -> new Adam(1, 0.999, 1e-8, 0, false));
        refused("beta2", () -> new AdamW(0.9, Double.NaN, 1e-8, 0, false));
        refused("eps must be 0 or greater, was -1.0", () -> new AdamW(0.9, 0.999, -1, 0, false));
        refused("alpha", () -> new RmsProp(1, 1e-8, 0, false, 0));
        refused("eps", () -> new RmsProp(0.9, Double.POSITIVE_INFINITY, 0, false, 0));
        refused("momentum", () -> new RmsProp(-0.5, 0));
    }

    @Test
    void optimizers_json_roundTripKeepsThem() {
        for (OptimizerSpec o : List.of(
                new Sgd(0.8, 0, true, 0.1),
                new Sgd(0.8, 0.25, false, 0),
                Adam.STANDARD,
                new Adam(0.8, 0.9, 1e-3, 0.1, true),
                AdamW.STANDARD,
                new AdamW(0.05),
                RmsProp.STANDARD,
                new RmsProp(0.9, 1e-3, 0.5, true, 0.1))) {
            TrainingPlan plan = TrainingPlan.reference().withOptimizer(o);
            assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
            assertTrue(plan.toJson().contains("\"kind\":\"" + o.kind() + "\""), o.kind());
        }
    }

    @Test
    void withWeightDecay_changesNothingElse() {
        assertEquals(new Sgd(0.8, 0.25, false, 0.1), new Sgd(0.8, 0.25, false, 0).withWeightDecay(0.1));
        assertEquals(new Adam(0.8, 0.9, 1e-3, 0.1, true), new Adam(0.8, 0.9, 1e-3, 0, true).withWeightDecay(0.1));
        assertEquals(new AdamW(0.8, 0.9, 1e-3, 0, true), new AdamW(0.8, 0.9, 1e-3, 1, true).withWeightDecay(0));
        assertEquals(new RmsProp(0.9, 1e-3, 0.5, true, 0.1), new RmsProp(0.9, 1e-3, 0.5, true, 0).withWeightDecay(0.1));
        assertEquals(CrossValidated.STANDARD, CrossValidated.STANDARD.withWeightDecay(1));
    }
}
