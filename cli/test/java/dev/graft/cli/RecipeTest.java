package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.model.Precision;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;

/** What {@code --recipe} makes of a plan. */
class RecipeTest {
    private static PlanOptions options(String... words) {
        Options known = new Options();
        PlanOptions.table().forEach(known::addOption);
        return PlanOptions.of(Arguments.parse(known, words));
    }

    @Test
    void recipe_auto_isTheLibrarysPlan() {
        PlanOptions auto = options("--recipe", "auto", "--precision", "fp32");
        assertTrue(auto.once());
        TrainingPlan plan = auto.changes().apply(TrainingPlan.auto());
        assertEquals(TrainingPlan.auto(), plan);
    }

    @Test
    void recipe_otherThanTheCheckpoints_isNoticed() {
        TrainingPlan fast = TrainingPlan.fast().withPrecision(Precision.BF16);
        TrainingPlan auto = options("--recipe", "auto").changes().apply(fast);
        assertEquals(TrainingPlan.auto().withPrecision(Precision.BF16), auto);
        assertTrue(PlanOptions.differences(fast, auto).contains("--recipe (fast then, auto now)"));
        TrainingPlan back = options("--recipe", "reference").changes().apply(TrainingPlan.auto());
        assertEquals(TrainingPlan.reference().phases(), back.phases());
        assertTrue(PlanOptions.differences(TrainingPlan.auto(), back).contains("--recipe (auto then, reference now)"));
        assertEquals(auto, options().changes().apply(auto), "nothing is said");
        TrainingPlan patient = fast.withEnding(fast.ending().withPatience(3, 0));
        TrainingPlan fitted = options("--recipe", "auto").changes().apply(patient);
        assertTrue(PlanOptions.differences(patient, fitted).contains("--recipe (fast then, auto now)"));
    }

    @Test
    void plan_ofTwoPhases_staysWhereNothingIsSaid() {
        TrainingPlan two = TrainingPlan.fast()
                .then(Phase.of("more", 2, TrainingPlan.fast().phases().get(0).groups()));
        assertEquals(two, options().changes().apply(two));
        assertEquals(
                "",
                PlanOptions.differences(
                        two, options("--batch-size", "32").changes().apply(two)));
    }

    @Test
    void recipe_auto_ofTwoPhases_staysAsItIs() {
        TrainingPlan two = TrainingPlan.auto()
                .then(Phase.of("more", 2, TrainingPlan.fast().phases().get(0).groups()));
        assertEquals(two, options("--recipe", "auto").changes().apply(two));
    }
}
