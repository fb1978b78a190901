package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.image.augment.ops.RandAugment;
import dev.graft.plan.AdamW;
import dev.graft.plan.ClassWeights;
import dev.graft.plan.CrossEntropy;
import dev.graft.plan.MixUp;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Weighted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan's file gives, and what is told of one that is wrong. */
class PlanFileTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("plan.yaml"), text.replace(" / ", "\n"));
    }

    private TrainingPlan read(String text) throws IOException {
        return PlanFile.read(file(text)).plan();
    }

    private String refusal(String text) throws IOException {
        Path file = file(text);
        String told =
                assertThrows(UsageException.class, () -> PlanFile.read(file)).getMessage();
        String start = "--plan: " + file + ": ";
        assertTrue(told.startsWith(start), told);
        assertEquals(1, told.lines().count(), told);
        return told.substring(start.length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "recipe: fast / phases: / - schedule: {kind: cosine}"
                        + "|phases[0].schedule: cosine misses the field every (one of the words EPOCH, STEP)",
                "phases: / - name: head /  epochs: 3"
                        + "|line 3, column 2: expected <block end>, but found '<block mapping start>'; check the indentation",
                "recipe: fast / phases: / - groups: [{layer: head, learningRate: '0,001'}]"
                        + "|phases[0].groups[0].learningRate: must be a number, such as 0.001, was '0,001'",
                "input: {views: {count: 2.5}}"
                        + "|input.views.count: must be a whole number, at most 2147483647, was 2.5",
                "recipe: fast / phases: / - schedule: {kind: exponential, gamma: 0.5, every: STEPS}"
                        + "|phases[0].schedule.every: must be one of the words EPOCH, STEP, was 'STEPS'",
                "recipie: fast|there is no field 'recipie' here; there are: recipe, phases, input, compute, ending, upkeep, seed",
                "phases: 3|phases: must be a list, was 3",
                "phases: [3]|phases[0]: must be a map of fields, was 3",
                "compute: fast|compute: must be a map of fields, was 'fast'",
                "recipe: fast / phases: / - name: head /    epochs: 2"
                        + "|line 4, column 10: mapping values are not allowed here; check the indentation and the signs there",
                "seed: 1 / seed: 2|line 2, column 5: Duplicate field 'seed'; give it once",
                "seed: 1 / --- / seed: 2|line 3, column 1: there is another document; keep one",
                "- 1|is no plan; see --print-plan for one",
                "recipe: slow|recipe: 'slow' is not there; there are: fast, auto, reference",
                "phases: / - groups: [{layer: head, learningRate: 0.1}]"
                        + "|phase head fits the head at once, without steps, so it has no learning rate, was 0.1; leave it",
                "ending: {patience: 3}|patience counts epochs, and the head is fitted at once, was 3; leave it at 0, take",
                "phases: / - epochs: 3|phases[0]: phase head is fitted to its optimum at once, so it has 1 epoch, was 3"
            })
    void wrong_isToldInOneLine_withFileAndPlace(String text, String told) throws IOException {
        String refusal = refusal(text);
        assertTrue(refusal.startsWith(told), refusal);
    }

    /** Each setting with a kind takes what is left out from its standard, in lists too. */
    @Test
    void kinds_inLists_areCompleted() throws IOException {
        TrainingPlan plan = read("recipe: fast / phases: / - optimizer: {kind: adamw} /   groups: /   - {layer: head,"
                + " learningRate: 0.1, optimizer: {kind: adamw, weightDecay: 0}} / input: {views: {count: 2, augmentation:"
                + " {operations: [{kind: randaugment, magnitude: 5}]}}}");
        Phase phase = plan.phases().get(0);
        assertEquals(
                new ParameterGroup("head", 0.1, new AdamW(0)), phase.groups().get(0));
        assertEquals(
                new RandAugment(2, 5, 31, RandAugment.STANDARD.resampling()),
                plan.input().views().augmentation().operations().get(0));
    }

    @Test
    void written_hasItsRecipe_andIsReadAsTheSamePlan() throws IOException {
        Phase layer4 = Phase.of("layer4", 2, List.of(new ParameterGroup("layer4", 1e-4)))
                .withOptimizer(AdamW.STANDARD)
                .withGroups(List.of(new ParameterGroup("layer4", 1e-4, new AdamW(0.5))))
                .withLoss(new CrossEntropy(0.1, new ClassWeights.ByName(Map.of("cat", 2.0))));
        List<TrainingPlan> plans = List.of(
                TrainingPlan.auto(),
                TrainingPlan.auto().then(layer4),
                TrainingPlan.fast(),
                TrainingPlan.fast()
                        .withInput(TrainingPlan.fast()
                                .input()
                                .withSampling(new Weighted(Map.of("a: b", 2.0)))
                                .withViews(new Views(3, Augmentation.STRONG, 5))),
                TrainingPlan.reference(),
                TrainingPlan.reference()
                        .withInput(TrainingPlan.reference().input().withMixing(new MixUp(0.2))));
        List<String> recipes = List.of("auto", "auto", "fast", "fast", "reference", "reference");
        for (int i = 0; i < plans.size(); i++) {
            String written = PlanFile.write(plans.get(i));
            assertTrue(written.startsWith("recipe: \"" + recipes.get(i) + "\"\nphases:\n"), written);
            assertEquals(
                    plans.get(i),
                    PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), written))
                            .plan());
        }
    }

    /** Only its first line is left. */
    @Test
    void written_withoutItsOtherLines_isTheRecipe() throws IOException {
        for (TrainingPlan plan : List.of(TrainingPlan.auto(), TrainingPlan.fast(), TrainingPlan.reference()))
            assertEquals(plan, read(PlanFile.write(plan).lines().findFirst().orElseThrow()));
    }
}
