package dev.graft.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.graft.batch.Layout;
import dev.graft.batch.Unreadable;
import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Augmentation.Range;
import dev.graft.image.augment.Views;
import dev.graft.image.augment.ops.EveryOperation;
import dev.graft.model.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPlanTest {
    private static final Phase LAYER4 = new Phase(
            "layer4",
            3,
            List.of(new ParameterGroup("layer4", 1e-4, new Sgd(0.5, 1e-2)), new ParameterGroup("head", 1e-3)),
            new Sgd(0.8, 5e-4),
            new Cosine(Schedule.Every.STEP),
            LossSpec.CROSS_ENTROPY,
            new Updates(Mode.EVALUATION, 2, new Clipping(0.5, 2), 0.99, false));

    private static final TrainingPlan TWO = TrainingPlan.fast().withEpochs(2).then(LAYER4);

    private static String refusal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void json_roundTrip_keepsEverything() {
        Views odd = new Views(7, new Augmentation(new Range(0.1, 0.7), new Range(0.3, 9), 0.125), Long.MIN_VALUE);
        for (TrainingPlan plan : List.of(
                TrainingPlan.fast(),
                TrainingPlan.reference(),
                TrainingPlan.auto()
                        .withPhase("head", p -> p.withOptimizer(new CrossValidated(7)))
                        .then(LAYER4),
                TWO,
                TWO.withViews(odd)
                        .withSeed(-3)
                        .withPrecision(Precision.BF16)
                        .withLayout(Layout.CONTIGUOUS)
                        .withUnreadable(Unreadable.SKIP)
                        .withBatchSize(5)
                        .withWorkers(3)
                        .withReportEvery(7),
                TrainingPlan.reference().withSchedule(Schedule.COSINE))) {
            assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        }
    }

    @Test
    void json_roundTrip_keepsEveryOperation() {
        Augmentation all = new Augmentation(new Range(0.1, 0.7), new Range(0.3, 9), 0.125, EveryOperation.LIST);
        for (Augmentation a : List.of(all, Augmentation.LIGHT, Augmentation.STRONG, Augmentation.RAND)) {
            TrainingPlan plan = TrainingPlan.fast().withViews(new Views(2, a, 5));
            assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        }
        String json = TrainingPlan.fast()
                .withViews(new Views(2, Augmentation.TRIVIAL, 5))
                .toJson();
        assertTrue(json.contains("\"kind\":\"trivialaugment\""), json);
        String bad = json.replace("\"bins\":31", "\"bins\":1");
        assertTrue(refusal(() -> TrainingPlan.fromJson(bad)).contains("2 to 1000 bins, were 1"));
    }

    @Test
    void auto_whatCannotBeFittedAtOnce_isRefused() {
        assertTrue(refusal(() -> TrainingPlan.auto().withEpochs(2))
                .endsWith("1 epoch, was 2; leave the epochs alone, or take the recipe fast"));
        assertTrue(refusal(() -> TrainingPlan.auto().withFrozen(FrozenLayers.EVERY_EPOCH))
                .contains("ONCE"));
        String layers = refusal(() -> LAYER4.withEpochs(1).withOptimizer(CrossValidated.STANDARD));
        assertTrue(layers.contains("layer4") || layers.contains("has one"), layers);
        assertTrue(refusal(() -> TrainingPlan.auto().withMode(Mode.TRAINING)).contains("TRAINING"));
        assertTrue(refusal(() -> new CrossValidated(1)).contains("folds"));
    }

    /** What a head that is fitted at once would ignore. */
    @Test
    void auto_settingsOfSteps_areRefusedByName_behindTheHeadTheyAreNot() {
        TrainingPlan auto = TrainingPlan.auto();
        String end = "take the recipe fast, or add a phase with steps";
        assertEquals(
                "plan: phase head fits the head at once, without steps, so it has no learning rate, was 0.01; leave it at 1.0, "
                        + end,
                refusal(() -> auto.withGroups(List.of(new ParameterGroup("head", 0.01)))));
        assertEquals(
                "plan: phase head fits the head at once, without steps, so it has no schedule, was {kind: cosine, every: STEP};"
                        + " leave it constant, " + end,
                refusal(() -> auto.withSchedule(new Cosine(Schedule.Every.STEP))));
        assertEquals(
                "plan: phase head fits the head at once, without steps, so it has no optimizer of a group, was"
                        + " {kind: crossvalidated, folds: 3}; leave it out, " + end,
                refusal(() -> auto.withGroups(List.of(new ParameterGroup("head", 1, new CrossValidated(3))))));
        Ending patient = Ending.NONE.withPatience(3, 0);
        assertEquals(
                "plan: patience counts epochs, and the head is fitted at once, was 3; leave it at 0, " + end,
                refusal(() -> auto.withEnding(patient)));
        assertEquals(
                patient,
                auto.then(LAYER4.withGroups(List.of(new ParameterGroup("layer4", 1e-4))))
                        .withEnding(patient)
                        .ending());
        assertEquals(
                Ending.NONE.withTakeBest(true),
                auto.withEnding(Ending.NONE.withTakeBest(true)).ending());
    }

    @Test
    void continues_autoAndFast_areOtherPlans() {
        assertTrue(TrainingPlan.auto().continues(TrainingPlan.auto()));
        assertFalse(TrainingPlan.auto().continues(TrainingPlan.fast()));
        assertFalse(TrainingPlan.fast().continues(TrainingPlan.auto()));
        assertFalse(TrainingPlan.fast().withEpochs(1).continues(TrainingPlan.auto()));
    }

    @Test
    void json_anotherGraftsOrDamaged_isRefusedInOneLine() throws Exception {
        String old = refusal(() -> TrainingPlan.fromJson("{\"epochs\":10,\"batchSize\":32,\"groups\":[]}"));
        assertTrue(old.startsWith("plan: an older version of Graft wrote it"), old);
        assertTrue(old.contains("start a new run, with the file's weights"), old);
        assertTrue(refusal(() -> TrainingPlan.fromJson("nothing")).startsWith("plan: "));
        assertTrue(refusal(() -> TrainingPlan.fromJson("{}")).startsWith("plan: "));
        String json = TWO.toJson();
        String range = refusal(() -> TrainingPlan.fromJson(json.replace("\"batchSize\":32", "\"batchSize\":0")));
        assertEquals("plan: input: batch size must be at least 1, was 0", range);
        String unknown = refusal(() -> TrainingPlan.fromJson(json.replace("\"kind\":\"sgd\"", "\"kind\":\"magic\"")));
        assertTrue(unknown.contains("magic") && unknown.contains("sgd"), unknown);
        assertFalse(unknown.contains("\n"), unknown);
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(json);
        for (String key : List.of("phases", "input", "compute", "upkeep", "seed")) {
            ObjectNode less = root.deepCopy();
            less.remove(key);
            String message = refusal(() -> TrainingPlan.fromJson(less.toString()));
            assertTrue(message.startsWith("plan: ") && message.contains(key), message);
            assertFalse(message.contains("\n"), message);
        }
        String surplus = refusal(() -> TrainingPlan.fromJson(json.replace("\"seed\":0", "\"seed\":0,\"sede\":1")));
        assertTrue(surplus.contains("sede"), surplus);
    }

    @Test
    void continues_onlyTheLastPhaseMayGrow() {
        TrainingPlan constant = TWO.withPhase("layer4", p -> p.withSchedule(Schedule.CONSTANT));
        assertTrue(constant.continues(constant));
        assertTrue(constant.withPhase("layer4", p -> p.withEpochs(9)).continues(constant));
        assertTrue(constant.withWorkers(7).withReportEvery(1).continues(constant));
        assertFalse(TWO.withPhase("layer4", p -> p.withEpochs(9)).continues(TWO), "the schedule depends on it");
        assertFalse(constant.withPhase("head", p -> p.withEpochs(9)).continues(constant));
        assertFalse(constant.withPhase("layer4", p -> p.withOptimizer(new Sgd(0, 0)))
                .continues(constant));
        assertFalse(constant.continues(TrainingPlan.fast()));
        assertFalse(TrainingPlan.fast().continues(constant));
        assertFalse(constant.withBatchSize(5).continues(constant));
        assertFalse(constant.withSeed(5).continues(constant));
        assertFalse(constant.withPrecision(Precision.BF16).continues(constant));
    }

    @Test
    void phases_thatDoNotGoTogether_areRefused() {
        assertTrue(refusal(() -> TWO.then(LAYER4)).contains("two phases have the name layer4"));
        assertTrue(refusal(() -> TWO.withEpochs(3)).contains("has the phases [head, layer4]; use withPhase"));
        assertTrue(refusal(() -> TWO.withPhase("stem", p -> p)).contains("the phases are [head, layer4]"));
        assertTrue(refusal(() -> TWO.withPhases(List.of())).contains("there is no phase"));
        assertTrue(refusal(() -> TWO.withPrecision(Precision.INT8)).contains("INT8 needs FrozenLayers.ONCE"));
        assertTrue(refusal(() -> LAYER4.withGroups(List.of())).contains("no layer that learns"));
        assertTrue(refusal(() -> LAYER4.withEpochs(0)).contains("epochs must be at least 1, was 0"));
        assertTrue(refusal(() -> Phase.of(" ", 1, LAYER4.groups())).contains("a phase has no name"));
    }

    @Test
    void epochs_areCountedOverAllPhases() {
        assertEquals(5, TWO.epochs());
        assertEquals(0, TWO.epochsBefore(0));
        assertEquals(2, TWO.epochsBefore(1));
        assertEquals(5, TWO.epochsBefore(2));
        assertEquals("layer4", LAYER4.firstThatLearns());
        assertEquals("head", TWO.phases().get(0).firstThatLearns());
        assertEquals(new Sgd(0.5, 1e-2), LAYER4.optimizerOf(LAYER4.groups().get(0)));
        assertEquals(new Sgd(0.8, 5e-4), LAYER4.optimizerOf(LAYER4.groups().get(1)));
    }

    /** PyTorch's CosineAnnealingLR with eta_min 0, by its closed form. */
    @ParameterizedTest
    @CsvSource({
        "0, 4, 0, 20, 1, 1",
        "1, 4, 5, 20, 0.853553390593273, 0.853553390593273",
        "2, 4, 13, 20, 0.5, 0.273004750130227"
    })
    void cosine_byEpochAndByStep(int epoch, int epochs, long step, long steps, double byEpoch, double byStep) {
        Schedule.At at = new Schedule.At(epoch, epochs, step, steps, List.of());
        assertEquals(byEpoch, Schedule.COSINE.factor(at), 1e-12);
        assertEquals(byStep, new Cosine(Schedule.Every.STEP).factor(at), 1e-12);
        assertEquals(1, Schedule.CONSTANT.factor(at));
    }

    @Test
    void workers_belowZero_areRefused() {
        String refused = refusal(() -> TrainingPlan.fast().withWorkers(-1));
        assertTrue(refused.startsWith("plan: workers must be at least 1, or 0 for "), refused);
    }
}
