package dev.graft.plan;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses, samplings and mixings: their ranges, their JSON, and what does not go together. */
class InputRulesTest {
    private static final Weighted CATS = new Weighted(Map.of("cat", 2.5, "dog", 1.0));

    private static TrainingPlan sampled(TrainingPlan plan, Sampling sampling) {
        return plan.withInput(plan.input().withSampling(sampling));
    }

    private static TrainingPlan mixed(TrainingPlan plan, Mixing mixing) {
        return plan.withInput(plan.input().withMixing(mixing));
    }

    private static TrainingPlan lossy(TrainingPlan plan, LossSpec loss) {
        return plan.withPhase("head", p -> p.withLoss(loss));
    }

    static List<LossSpec> losses() {
        return List.of(
                new CrossEntropy(0.1, ClassWeights.NONE),
                new CrossEntropy(0, ClassWeights.BALANCED),
                new CrossEntropy(1, new ClassWeights.ByName(Map.of("cat", 2.0))),
                Focal.STANDARD,
                new Focal(0.5, new ClassWeights.ByName(Map.of("cat", 0.25, "dog", 0.75))));
    }

    static List<Mixing> mixings() {
        return List.of(new MixUp(0.2), new CutMix(1), new MixUpOrCutMix(0.8, 1));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void json_ofALoss_roundTrip_andAnotherLossIsAnotherPlan(LossSpec loss) {
        TrainingPlan plan = lossy(TrainingPlan.fast(), loss);
        assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        assertTrue(!plan.continues(TrainingPlan.fast()));
        assertTrue(plan.differences(TrainingPlan.fast()).get(0).startsWith("phases[0].loss"));
    }

    @ParameterizedTest
    @MethodSource("mixings")
    void json_ofAMixing_roundTrip(Mixing mixing) {
        TrainingPlan plan = mixed(TrainingPlan.reference(), mixing);
        assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        assertTrue(!plan.continues(TrainingPlan.reference()));
    }

    @Test
    void json_ofASampling_roundTrip() {
        for (Sampling sampling : List.of(Sampling.SHUFFLED, Sampling.BALANCED, CATS)) {
            TrainingPlan plan = sampled(TrainingPlan.fast(), sampling);
            assertEquals(plan, TrainingPlan.fromJson(plan.toJson()));
        }
        assertEquals(
                sampled(TrainingPlan.fast(), CATS).toJson(),
                sampled(TrainingPlan.fast(), new Weighted(Map.of("dog", 1.0, "cat", 2.5)))
                        .toJson());
    }

    private static String refusal(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void loss_ofAHeadThatIsFittedAtOnce_isRefused_behindItIsNot(LossSpec loss) {
        String said = refusal(() -> lossy(TrainingPlan.auto(), loss));
        assertTrue(
                said.contains("its loss must be LossSpec.CROSS_ENTROPY, was {kind: " + PlanJson.word(loss.getClass())),
                said);
        Phase more =
                Phase.of("more", 1, List.of(new ParameterGroup("head", 1e-3))).withLoss(loss);
        assertDoesNotThrow(() -> TrainingPlan.auto().then(more));
    }

    @Test
    void weightsOfCrossEntropy_inStepsOfSeveralBatches_areRefused() {
        TrainingPlan two = TrainingPlan.fast()
                .withPhase("head", p -> p.withUpdates(p.updates().withAccumulate(2)));
        String said = refusal(() -> lossy(two, new CrossEntropy(0, ClassWeights.BALANCED)));
        assertTrue(said.contains("head has weights of classes") && said.contains("steps of 2 batches"), said);
        assertDoesNotThrow(() -> lossy(two, new CrossEntropy(0.1, ClassWeights.NONE)));
        assertDoesNotThrow(() -> lossy(two, new Focal(0, ClassWeights.BALANCED)));
    }

    @Test
    void sampling_ofAHeadThatIsFittedAtOnce_isRefused_behindItIsNot() {
        for (Sampling sampling : List.of(Sampling.BALANCED, CATS)) {
            String said = refusal(() -> sampled(TrainingPlan.auto(), sampling));
            assertTrue(
                    said.contains(
                            "the sampling must be Sampling.SHUFFLED, was {kind: " + PlanJson.word(sampling.getClass())),
                    said);
            Phase more = Phase.of("more", 1, List.of(new ParameterGroup("head", 1e-3)));
            assertDoesNotThrow(() -> sampled(TrainingPlan.auto().then(more), sampling));
        }
    }

    @ParameterizedTest
    @MethodSource("mixings")
    void mixing_ofPicturesThatPassOnce_orOfOnePicture_isRefused(Mixing mixing) {
        for (TrainingPlan plan : List.of(TrainingPlan.fast(), TrainingPlan.auto())) {
            String said = refusal(() -> mixed(plan, mixing));
            assertTrue(
                    said.startsWith("plan: " + PlanJson.word(mixing.getClass()) + " mixes")
                            && said.contains("FrozenLayers.EVERY_EPOCH"),
                    said);
        }
        String alone = refusal(() -> mixed(TrainingPlan.reference().withBatchSize(1), mixing));
        assertTrue(alone.contains("batch size must be at least 2, was 1"), alone);
        String later = refusal(() -> mixed(TrainingPlan.reference(), mixing).withFrozen(FrozenLayers.ONCE));
        assertTrue(later.startsWith("plan: "), later);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-4, 1e4, Double.NaN, Double.POSITIVE_INFINITY})
    void alpha_outOfRange_isRefused(double alpha) {
        assertTrue(refusal(() -> new MixUp(alpha)).startsWith("mixup alpha must be between 0.001 and 1000, was "));
        assertTrue(refusal(() -> new CutMix(alpha)).startsWith("cutmix alpha"));
        assertTrue(refusal(() -> new MixUpOrCutMix(1, alpha)).startsWith("cutmix alpha"));
        assertTrue(refusal(() -> new MixUpOrCutMix(alpha, 1)).startsWith("mixup alpha"));
    }

    @Test
    void numbersOfALoss_outOfRange_areRefused() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN})
            assertTrue(refusal(() -> new CrossEntropy(wrong, ClassWeights.NONE)).startsWith("label smoothing must be"));
        for (double wrong : new double[] {-0.1, 101, Double.NaN})
            assertTrue(refusal(() -> new Focal(wrong, ClassWeights.NONE)).startsWith("gamma must be"));
        for (double wrong : new double[] {0, -1, 1e7, Double.NaN}) {
            String said = refusal(() -> new ClassWeights.ByName(Map.of("cat", wrong)));
            assertTrue(said.contains("class cat must be between 0.000001 and 1000000, was " + wrong), said);
            assertTrue(refusal(() -> new Weighted(Map.of("cat", wrong))).contains("class cat"));
        }
        assertTrue(refusal(() -> new Weighted(Map.of())).contains("name no class"));
    }

    @Test
    void sizes_thatDoNotFitTheClasses_areRefused() {
        assertTrue(
                refusal(() -> new ClassSizes(List.of("cat", "dog"), List.of(1))).contains("2 classes, but 1"));
        ClassSizes sizes = new ClassSizes(List.of("cat", "cow"), List.of(1, 2));
        String said = refusal(() -> CATS.weights(sizes));
        assertTrue(said.contains("class dog") && said.contains("[cat, cow]"), said);
    }
}
