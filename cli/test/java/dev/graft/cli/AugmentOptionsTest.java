package dev.graft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.graft.image.augment.Augmentation;
import dev.graft.image.augment.Views;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;

/** What {@code --augment} makes of a plan. */
class AugmentOptionsTest {
    private static final TrainingPlan THREE = TrainingPlan.fast().withEpochs(3);

    private static Arguments words(String... words) {
        Options known = new Options();
        AugmentOptions.table().forEach(known::addOption);
        known.addOption(Arguments.option("views", "K", ""));
        known.addOption(Arguments.option("seed", "N", ""));
        return Arguments.parse(known, words);
    }

    private static Views views(TrainingPlan plan, String... words) {
        return AugmentOptions.apply(words(words), plan).input().views();
    }

    @Test
    void withoutIt_thePlanStays() {
        TrainingPlan viewed = THREE.withViews(4);
        assertSame(THREE, AugmentOptions.apply(words(), THREE));
        assertSame(viewed, AugmentOptions.apply(words("--views", "4"), viewed));
    }

    @Test
    void presets_areTheLibrarys_withAsManyViewsAsEpochs() {
        Map<String, Augmentation> presets = Map.of(
                "light", Augmentation.LIGHT,
                "standard", Augmentation.STANDARD,
                "strong", Augmentation.STRONG,
                "trivial", Augmentation.TRIVIAL,
                "rand", Augmentation.RAND);
        presets.forEach((name, augmentation) -> {
            TrainingPlan plan = AugmentOptions.apply(words("--augment", name, "--seed", "9"), THREE);
            assertEquals(new Views(3, augmentation, 9), plan.input().views());
            assertEquals(name, AugmentOptions.name(plan));
        });
        TrainingPlan two = THREE.then(Phase.of("more", 5, THREE.phases().get(0).groups()));
        assertEquals(8, views(two, "--augment", "light").count());
    }

    @Test
    void withViews_theirNumberAndSeedStay() {
        TrainingPlan viewed = THREE.withViews(new Views(7, Augmentation.STANDARD, 5));
        assertEquals(new Views(7, Augmentation.STRONG, 5), views(viewed, "--augment", "strong", "--views", "7"));
        assertSame(viewed, AugmentOptions.apply(words("--augment", "standard", "--seed", "1"), viewed));
    }

    @Test
    void names_ofPlans() {
        assertEquals("none", AugmentOptions.name(THREE));
        assertEquals("standard", AugmentOptions.name(THREE.withViews(1)));
        Augmentation own = new Augmentation(Augmentation.STANDARD.area(), Augmentation.STANDARD.ratio(), 0.25);
        assertEquals("its own", AugmentOptions.name(THREE.withViews(new Views(1, own, 0))));
    }

    @Test
    void planOptions_applyItBehindEpochsAndViews_andTellDifferences() {
        Options known = new Options();
        TrainOptions.table(Optional.empty()).values().forEach(theme -> theme.forEach(known::addOption));
        PlanOptions rand = PlanOptions.of(Arguments.parse(known, new String[] {"--augment", "rand", "--epochs", "4"}));
        TrainingPlan plan = rand.changes().apply(rand.base());
        assertEquals(new Views(4, Augmentation.RAND, 0), plan.input().views());
        PlanOptions more = PlanOptions.of(Arguments.parse(known, new String[] {"--views", "6"}));
        TrainingPlan six = more.changes().apply(plan);
        assertEquals(new Views(6, Augmentation.RAND, 0), six.input().views());
        TrainingPlan light = AugmentOptions.apply(words("--augment", "light"), plan);
        assertEquals("--augment (rand then, light now)", PlanOptions.differences(plan, light));
    }

    @Test
    void wrongValues_areNamed() {
        String unknown = assertThrows(IllegalArgumentException.class, () -> views(THREE, "--augment", "heavy"))
                .getMessage();
        assertTrue(unknown.contains("--augment") && unknown.contains("heavy") && unknown.contains("trivial"), unknown);
        String none = assertThrows(UsageException.class, () -> views(THREE, "--augment", "light", "--views", "0"))
                .getMessage();
        assertTrue(none.contains("--views is 0"), none);
    }
}
