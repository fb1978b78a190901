package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.plan.Adam;
import dev.graft.plan.AdamW;
import dev.graft.plan.Cosine;
import dev.graft.plan.Exponential;
import dev.graft.plan.MultiStep;
import dev.graft.plan.OneCycle;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Plateau;
import dev.graft.plan.RmsProp;
import dev.graft.plan.Schedule;
import dev.graft.plan.Schedule.Every;
import dev.graft.plan.Sgd;
import dev.graft.plan.Step;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Warmup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options for optimizer and learning rates make of a plan. */
class OptimizerOptionsTest {
    private static Arguments arguments(String... words) {
        Options known = new Options();
        PlanOptions.table().forEach(known::addOption);
        OptimizerOptions.table().forEach(known::addOption);
        known.addOption(Arguments.option("plan", "FILE", ""));
        return Arguments.parse(known, words);
    }

    private static Phase phase(String... words) {
        PlanOptions options = PlanOptions.of(arguments(words));
        return options.changes().apply(options.base()).phases().get(0);
    }

    private static String refusal(String... words) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> phase(words)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void nothingGiven_changesNothing() {
        assertEquals(TrainingPlan.fast().phases().get(0), phase());
    }

    @Test
    void optimizer_namesOneWithPyTorchsDefaults() {
        assertEquals(Sgd.STANDARD, phase("--optimizer", "sgd").optimizer());
        assertEquals(Adam.STANDARD, phase("--optimizer", "adam").optimizer());
        assertEquals(AdamW.STANDARD, phase("--optimizer", "adamw").optimizer());
        assertEquals(RmsProp.STANDARD, phase("--optimizer", "rmsprop").optimizer());
        assertEquals(new Sgd(0.9, 0.01), phase("--weight-decay", "0.01").optimizer());
        assertEquals(
                new AdamW(0.05),
                phase("--optimizer", "adamw", "--weight-decay", "0.05").optimizer());
        assertEquals(new Sgd(0.5, 0), phase("--momentum", "0.5").optimizer());
        assertEquals(
                new RmsProp(0.5, 0),
                phase("--momentum", "0.5", "--optimizer", "rmsprop").optimizer());
        assertTrue(refusal("--optimizer", "lion").contains("there are: sgd, adam, adamw, rmsprop"));
        assertEquals("--weight-decay: must be 0 or greater, was -1.0", refusal("--weight-decay", "-1"));
        assertTrue(refusal("--optimizer", "adam", "--momentum", "0.5").startsWith("--momentum: adam has none"));
        assertTrue(refusal("--momentum", "1").startsWith("--momentum: must be at least 0 and below 1"));
    }

    @Test
    void noDecayNorms_leavesBiasesAndNormsAlone() {
        assertTrue(phase("--weight-decay", "0.1").updates().decayAll());
        assertFalse(phase("--weight-decay", "0.1", "--no-decay-norms").updates().decayAll());
    }

    @Test
    void schedule_namesOneForThisNumberOfEpochs() {
        assertEquals(Schedule.CONSTANT, phase("--schedule", "constant").schedule());
        assertEquals(new Cosine(Every.STEP), phase("--schedule", "cosine").schedule());
        assertEquals(
                new Step(3, 0.1, Every.EPOCH),
                phase("--schedule", "step", "--epochs", "9").schedule());
        assertEquals(
                new Step(1, 0.1, Every.EPOCH),
                phase("--schedule", "step", "--epochs", "1").schedule());
        assertEquals(
                new MultiStep(List.of(12, 17), 0.1, Every.EPOCH),
                phase("--schedule", "multistep", "--epochs", "20").schedule());
        assertEquals(
                new MultiStep(List.of(1, 1), 0.1, Every.EPOCH),
                phase("--schedule", "multistep", "--epochs", "1").schedule());
        assertEquals(
                new Exponential(0.9, Every.EPOCH),
                phase("--schedule", "exponential").schedule());
        assertEquals(OneCycle.STANDARD, phase("--schedule", "onecycle").schedule());
        assertEquals(
                new Plateau(0.1, 2, 1e-4, 0), phase("--schedule", "plateau").schedule());
        assertTrue(refusal("--schedule", "sawtooth").contains("there are: constant, cosine, step"));
    }

    @Test
    void warmup_comesBeforeTheSchedule() {
        assertEquals(
                new Warmup(50, Every.STEP, 0.01, Schedule.CONSTANT),
                phase("--warmup", "50").schedule());
        assertEquals(
                new Warmup(50, Every.STEP, 0.01, new Cosine(Every.STEP)),
                phase("--warmup", "50", "--schedule", "cosine").schedule());
        assertEquals(Schedule.CONSTANT, phase("--warmup", "0").schedule());
        assertTrue(refusal("--warmup", "-5").startsWith("--warmup: must be 0 to"));
    }

    @Test
    void lrFactor_givesEarlierStagesLowerRates() {
        List<ParameterGroup> groups = phase("--unfreeze", "layer3,layer4", "--lr", "0.1", "--lr-factor", "0.5")
                .groups();
        assertEquals(ParameterGroup.staged(List.of("layer4", "layer3"), 0.1, 0.5), groups);
        List<ParameterGroup> blocks = phase(
                        "--unfreeze", "layer3.9,layer4.0,layer3.22", "--lr", "1", "--lr-factor", "0.5")
                .groups();
        assertEquals(ParameterGroup.staged(List.of("layer4.0", "layer3.22", "layer3.9"), 1, 0.5), blocks);
        assertTrue(refusal("--lr-factor", "0.5").startsWith("--lr-factor: only the head learns"));
        assertTrue(refusal("--unfreeze", "layer4", "--lr-factor", "2").startsWith("--lr-factor: must be above 0"));
        assertTrue(refusal("--recipe", "reference", "--unfreeze", "conv1,layer4", "--lr-factor", "0.5")
                .startsWith("--lr-factor: takes stages"));
    }

    @Test
    void recipeAuto_hasNoSteps_andRefusesThem() {
        List<String> all =
                OptimizerOptions.table().stream().map(Option::getLongOpt).toList();
        for (String option : all) {
            String[] words = List.of("no-decay-norms", OptimizerOptions.FIND).contains(option)
                    ? new String[] {"--recipe", "auto", "--" + option}
                    : new String[] {"--recipe", "auto", "--" + option, "1"};
            assertTrue(refusal(words).contains("--" + option + ": the recipe auto makes no steps"), option);
        }
    }

    /** A resumed run that names the same settings, for another number of epochs, is the same run. */
    @Test
    void resume_sameOptions_changeNothing_othersAreNamed() {
        String[] words = {
            "--optimizer",
            "adamw",
            "--schedule",
            "step",
            "--warmup",
            "20",
            "--unfreeze",
            "layer4",
            "--lr-factor",
            "0.5",
            "--no-decay-norms",
            "--epochs",
            "12"
        };
        PlanOptions given = PlanOptions.of(arguments(words));
        TrainingPlan plan = given.changes().apply(given.base());
        words[words.length - 1] = "30";
        TrainingPlan longer = PlanOptions.of(arguments(words)).changes().apply(plan);
        assertEquals(plan.withEpochs(30), longer);
        assertTrue(longer.continues(plan));
        TrainingPlan other = PlanOptions.of(
                        arguments("--optimizer", "adam", "--schedule", "cosine", "--weight-decay", "1"))
                .changes()
                .apply(plan);
        String differences = PlanOptions.differences(plan, other);
        for (String part : List.of(
                "--optimizer (adamw then, adam now)",
                "--weight-decay (0.01 then, 1.0 now)",
                "--schedule (step then, cosine now)")) assertTrue(differences.contains(part), differences);
        assertFalse(differences.contains("--warmup"), differences);
    }

    @Test
    void planFile_namesOptimizerAndSchedule(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("plan.yaml");
        Files.writeString(file, """
                recipe: fast
                phases:
                  - name: head
                    epochs: 20
                    optimizer: {kind: adamw, weightDecay: 0.05}
                    updates: {decayAll: false}
                    schedule:
                      kind: warmup
                      length: 3
                      every: EPOCH
                      startFactor: 0.1
                      then: {kind: plateau, patience: 2}
                """);
        Phase phase = phase("--plan", file.toString());
        assertEquals(new AdamW(0.05), phase.optimizer());
        assertFalse(phase.updates().decayAll());
        assertEquals(new Warmup(3, Every.EPOCH, 0.1, new Plateau(0.1, 2, 1e-4, 0)), phase.schedule());
        assertEquals(
                new AdamW(0.05), phase("--plan", file.toString(), "--lr", "0.5").optimizer());
    }
}
