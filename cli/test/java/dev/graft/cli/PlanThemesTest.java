package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.plan.Clipping;
import dev.graft.plan.Ending;
import dev.graft.plan.Mode;
import dev.graft.plan.TrainingPlan;
import dev.graft.plan.Updates;
import java.util.List;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options of the themes make of a plan. */
class PlanThemesTest {
    private static TrainingPlan plan(TrainingPlan before, String... words) {
        Options known = new Options();
        PlanOptions.table().forEach(known::addOption);
        PlanTheme.tables().values().forEach(theme -> theme.forEach(known::addOption));
        return PlanOptions.of(Arguments.parse(known, words)).changes().apply(before);
    }

    @Test
    void steps_changeWhatIsGiven() {
        Updates all = plan(TrainingPlan.fast(), "--accumulate", "4", "--clip-norm", "1.5", "--ema", "0.99")
                .phases()
                .get(0)
                .updates();
        assertEquals(new Updates(Mode.EVALUATION, 4, Clipping.norm(1.5), 0.99, true), all);
        TrainingPlan before = TrainingPlan.reference().withUpdates(all.withMode(Mode.TRAINING));
        assertEquals(before, plan(before));
        assertEquals(
                all.withMode(Mode.TRAINING).withClipping(new Clipping(0.5, 1.5)),
                plan(before, "--clip-value", "0.5").phases().get(0).updates());
    }

    @Test
    void ending_changesWhatIsGiven() {
        assertEquals(
                new Ending("loss", 3, 0, true, 600),
                plan(TrainingPlan.fast(), "--patience", "3", "--watch", "loss", "--take-best", "--time-budget", "10m")
                        .ending());
        TrainingPlan before = TrainingPlan.fast().withEnding(new Ending("loss", 3, 0.5, true, 600));
        assertEquals(before, plan(before));
        assertEquals(
                new Ending("loss", 3, 0.5, true, 7200),
                plan(before, "--time-budget", "2h").ending());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--watch|nonsense|--watch: metric: unknown name \"nonsense\"",
                "--watch|loss|--watch: nothing looks at the metric; give --patience or --take-best too",
                "--time-budget|soon|--time-budget: 'soon' is no time; give seconds, or such as 90s, 10m or 2h",
                "--accumulate|0|--accumulate: must be 1 to 1000000, was 0",
                "--ema|1|--ema: averaging must be at least 0 and below 1, was 1.0",
                "--clip-norm|-1|--clip-norm: the limit of clipping by norm must be 0 (no limit) or greater, was -1.0",
                "--clip-value|-1|--clip-value: the limit of clipping by value must be 0 (no limit) or greater, was -1.0",
                "--lr|-1|--lr: must be greater than 0 and fit into a float32, was -1.0",
            })
    void option_wrong_saysSo(String option, String value, String wanted) {
        String told = assertThrows(IllegalArgumentException.class, () -> plan(TrainingPlan.fast(), option, value))
                .getMessage();
        assertTrue(told.startsWith(wanted), told);
    }

    /** The pair of options that do not go together is named, no other, and no record of Java. */
    @Test
    void pairs_thatDoNotGoTogether_areNamedAsTyped() {
        String told = assertThrows(
                        IllegalArgumentException.class,
                        () -> plan(
                                TrainingPlan.fast(),
                                "--accumulate",
                                "2",
                                "--epochs",
                                "3",
                                "--class-weights",
                                "balanced",
                                "--ema",
                                "0.9"))
                .getMessage();
        assertTrue(
                told.startsWith("--accumulate with --class-weights: phase head has weights of classes in its"), told);
        assertFalse(told.contains("["), told);
        String alone = assertThrows(
                        IllegalArgumentException.class,
                        () -> plan(TrainingPlan.fast(), "--recipe", "reference", "--mixup", "0.2", "--batch-size", "1"))
                .getMessage();
        assertTrue(alone.startsWith("--batch-size with --mixup: mixup mixes the pictures of each batch"), alone);
    }

    @Test
    void options_ofSteps_areRefusedWhereThereAreNone() {
        for (String option : List.of("ema", "clip-norm", "patience")) {
            String told = assertThrows(
                            IllegalArgumentException.class,
                            () -> plan(TrainingPlan.auto(), "--recipe", "auto", "--" + option, "0.5"))
                    .getMessage();
            assertTrue(told.startsWith("--" + option + ": the recipe auto makes no steps"), told);
        }
    }
}
