package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.plan.ClassWeights;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.CutMix;
import dev.graft.plan.Focal;
import dev.graft.plan.LossSpec;
import dev.graft.plan.MixUp;
import dev.graft.plan.MixUpOrCutMix;
import dev.graft.plan.Mixing;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Sampling;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Weighted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options for loss, sampling and mixing make of a plan. */
class LossOptionsTest {
    private static final TrainingPlan FAST = TrainingPlan.fast();
    private static final TrainingPlan REFERENCE = TrainingPlan.reference();

    private static TrainingPlan applied(TrainingPlan plan, String... words) {
        Options known = new Options();
        LossOptions.table().forEach(known::addOption);
        return LossOptions.apply(Arguments.parse(known, words), plan);
    }

    private static LossSpec loss(String... words) {
        return applied(FAST, words).phases().get(0).loss();
    }

    private static String refusal(TrainingPlan plan, String... words) {
        return assertThrows(UsageException.class, () -> applied(plan, words)).getMessage();
    }

    @Test
    void nothingGiven_leavesThePlan() {
        for (TrainingPlan plan : List.of(FAST, REFERENCE, TrainingPlan.auto())) assertSame(plan, applied(plan));
    }

    @Test
    void loss_smoothingAndWeights() {
        assertEquals(LossSpec.CROSS_ENTROPY, loss("--loss", "cross-entropy"));
        assertEquals(Focal.STANDARD, loss("--loss", "focal"));
        assertEquals(new CrossEntropy(0.1, ClassWeights.NONE), loss("--label-smoothing", "0.1"));
        assertEquals(new CrossEntropy(0, ClassWeights.BALANCED), loss("--class-weights", "balanced"));
        ClassWeights named = new ClassWeights.ByName(Map.of("cat", 2.0, "a=b", 0.5));
        assertEquals(new Focal(2, named), loss("--loss", "focal", "--class-weights", "cat=2, a=b=0.5"));
    }

    @Test
    void loss_ofAPlanThatHasOne_keepsWhatIsNotSaid() {
        TrainingPlan five = FAST.withPhase("head", p -> p.withLoss(new Focal(5, ClassWeights.BALANCED)));
        assertEquals(five, applied(five, "--loss", "focal"));
        assertEquals(
                new Focal(5, ClassWeights.NONE),
                applied(five, "--class-weights", "none").phases().get(0).loss());
        assertEquals(
                new CrossEntropy(0, ClassWeights.BALANCED),
                applied(five, "--loss", "cross-entropy").phases().get(0).loss());
    }

    @Test
    void kinds_inTheFileOfAPlan_mayLeaveOutTheirStandard(@TempDir Path folder) throws IOException {
        String text = """
                recipe: reference
                phases:
                  - loss: {kind: focal, weights: {kind: byname, weights: {cat: 2.0}}}
                input:
                  sampling: {kind: balanced}
                  mixing: {kind: mixuporcutmix, mixUp: 0.2}
                """;
        TrainingPlan plan = PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), text))
                .plan();
        assertEquals(
                new Focal(2, new ClassWeights.ByName(Map.of("cat", 2.0))),
                plan.phases().get(0).loss());
        assertEquals(Sampling.BALANCED, plan.input().sampling());
        assertEquals(new MixUpOrCutMix(0.2, 1), plan.input().mixing());
    }

    @Test
    void sampling_isThatOfTheInput() {
        assertEquals(
                Sampling.BALANCED,
                applied(FAST, "--sampling", "balanced").input().sampling());
        TrainingPlan weighted = applied(REFERENCE, "--sampling", "cat=2,dog=1");
        assertEquals(
                new Weighted(Map.of("cat", 2.0, "dog", 1.0)), weighted.input().sampling());
        assertEquals(REFERENCE, applied(weighted, "--sampling", "shuffled"));
        assertEquals(TrainingPlan.auto(), applied(TrainingPlan.auto(), "--sampling", "shuffled"));
    }

    @Test
    void mixing_isThatOfTheInput() {
        assertEquals(new MixUp(0.2), mixing(REFERENCE, "--mixup", "0.2"));
        assertEquals(new CutMix(1), mixing(REFERENCE, "--cutmix", "1"));
        assertEquals(new MixUpOrCutMix(0.8, 1), mixing(REFERENCE, "--mixup", "0.8", "--cutmix", "1"));
        TrainingPlan both = applied(REFERENCE, "--mixup", "0.8", "--cutmix", "1");
        assertEquals(new CutMix(1), mixing(both, "--mixup", "0"));
        assertEquals(new MixUpOrCutMix(0.8, 2), mixing(both, "--cutmix", "2"));
        assertEquals(Mixing.NONE, mixing(both, "--mixup", "0", "--cutmix", "0"));
        assertEquals(Mixing.NONE, mixing(FAST, "--mixup", "0"));
    }

    private static Mixing mixing(TrainingPlan plan, String... words) {
        return applied(plan, words).input().mixing();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--loss | square | 'square' is not there; there are: cross-entropy, focal",
                "--label-smoothing | 1.5 | label smoothing must be between 0 and 1, was 1.5",
                "--label-smoothing | much | 'much' is not a number",
                "--class-weights | even | 'even' is not there; there are: none, balanced, or weights such as cat=2,dog=1",
                "--class-weights | cat=2,cat=3 | cat is given twice",
                "--class-weights | cat=two | 'cat=two' has no number",
                "--class-weights | cat=0 | class cat must be between 0.000001 and 1000000, was 0.0",
                "--sampling | =2 | there are: shuffled, balanced, or weights",
                "--sampling | cat=-1 | class cat must be between",
                "--mixup | -1 | mixup alpha must be between 0.001 and 1000, was -1.0",
                "--cutmix | 1e9 | cutmix alpha must be between"
            })
    void values_thatAreNotThere_areRefusedByTheOption(String option, String value, String told) {
        String said = refusal(REFERENCE, option, value);
        assertTrue(said.startsWith(option + ": ") && said.contains(told), said);
    }

    @Test
    void options_thatDoNotGoWithThePlan_areRefusedByTheOption() {
        for (String option : List.of("--loss=focal", "--label-smoothing=0.1", "--class-weights=balanced")) {
            String auto = refusal(TrainingPlan.auto(), option);
            assertTrue(
                    auto.startsWith(option.split("=")[0] + ": the recipe auto fits the head by cross-entropy"), auto);
            Phase more = Phase.of("more", 1, List.of(new ParameterGroup("head", 1e-3)));
            String two = refusal(TrainingPlan.auto().then(more), option);
            assertTrue(two.contains("the plan has the phases [head, more]"), two);
        }
        String sampling = refusal(TrainingPlan.auto(), "--sampling", "balanced");
        assertTrue(sampling.startsWith("--sampling: the recipe auto"), sampling);
        for (TrainingPlan once : List.of(FAST, TrainingPlan.auto())) {
            assertTrue(refusal(once, "--mixup", "1").startsWith("--mixup: goes with --recipe reference"));
            assertTrue(refusal(once, "--cutmix", "1").startsWith("--cutmix: goes with --recipe reference"));
        }
        String alone = refusal(REFERENCE.withBatchSize(1), "--cutmix", "1");
        assertTrue(alone.startsWith("--cutmix: cutmix mixes") && alone.contains("at least 2, was 1"), alone);
        String smooth = refusal(FAST, "--loss", "focal", "--label-smoothing", "0.1");
        assertTrue(smooth.startsWith("--label-smoothing: goes with --loss cross-entropy"), smooth);
    }

    @Test
    void differences_areToldByOption() {
        TrainingPlan now =
                applied(applied(REFERENCE, "--mixup", "0.2"), "--class-weights", "cat=2", "--label-smoothing", "0.1");
        Map<String, Object> told = Map.of(
                "--loss",
                "cross-entropy",
                "--label-smoothing",
                0.1,
                "--class-weights",
                Map.of("cat", 2.0),
                "--sampling",
                "shuffled",
                "--mixup",
                0.2,
                "--cutmix",
                0.0);
        LossOptions.compared().forEach((option, value) -> assertEquals(told.get(option), value.apply(now), option));
        assertEquals(told.keySet(), LossOptions.compared().keySet());
    }
}
