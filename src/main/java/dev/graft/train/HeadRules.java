package dev.graft.train;

import dev.graft.model.HeadSpec;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;

/** Which heads a plan can train: one that is fitted at once is a linear layer, and dropout needs steps. */
public final class HeadRules {
    private HeadRules() {}

    /**
     * Checks that a plan can train a kind of head.
     *
     * @throws IllegalArgumentException with the phase, the head and what to do
     */
    public static void require(HeadSpec head, TrainingPlan plan) {
        Phase fitted =
                plan.phases().stream().filter(Phase::fitsAtOnce).findFirst().orElse(null);
        if (fitted == null || head instanceof HeadSpec.Linear) return;
        boolean steps = !plan.phases().stream().allMatch(Phase::fitsAtOnce);
        if (head instanceof HeadSpec.Dropout && steps) return;
        String why = head instanceof HeadSpec.Dropout
                ? "where dropout has no effect"
                : "which is possible for a linear head only";
        throw new IllegalArgumentException("head: phase " + fitted.name() + " fits the head to features at once, " + why
                + "; the head is " + head.text() + ": take a linear head, or a plan of steps (fast, reference)");
    }
}
