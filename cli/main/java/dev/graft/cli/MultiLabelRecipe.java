package dev.graft.cli;

import dev.graft.plan.LossSpec;
import dev.graft.plan.ParameterGroup;
import dev.graft.plan.Phase;
import dev.graft.plan.Sgd;
import dev.graft.plan.TrainingPlan;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * The plan for pictures with any number of labels: steps with binary cross-entropy.
 *
 * @param recipeIsGiven whether the user named the recipe or a plan
 * @param rateIsGiven whether the user set the learning rate
 * @param ofOneClass an option that the user gave and that is for pictures of one class each
 */
record MultiLabelRecipe(boolean recipeIsGiven, boolean rateIsGiven, Optional<String> ofOneClass) {
    static MultiLabelRecipe of(Arguments args) {
        boolean plan = args.has("plan");
        return new MultiLabelRecipe(plan || args.has("recipe"), plan || args.has("lr"), LossOptions.ofOneClass(args));
    }

    /** Refuses options that are for pictures of one class each. */
    void require() {
        if (ofOneClass.isPresent())
            throw new UsageException("--" + ofOneClass.get()
                    + ": is for pictures of one class each, and these have any number of labels; leave it out");
    }

    /**
     * Changes what the options left open: the recipe auto becomes fast, cross-entropy becomes binary, and the learning rate is
     * that of the recipe for each label, because the loss is a mean over the labels.
     *
     * @throws IllegalArgumentException when the user asked for the recipe auto
     */
    TrainingPlan of(TrainingPlan plan, int labels, PrintStream out) {
        boolean fitted = plan.phases().stream().anyMatch(Phase::fitsAtOnce);
        if (fitted && recipeIsGiven)
            throw new IllegalArgumentException(
                    "--recipe: auto fits a head of one class for each picture, and these pictures"
                            + " have any number of labels; take --recipe fast");
        TrainingPlan base = fitted ? plan.withPhases(TrainingPlan.fast().phases()) : plan;
        if (fitted) out.println("recipe: fast, for the pictures have any number of labels");
        TrainingPlan binary = base.withPhases(
                base.phases().stream().map(MultiLabelRecipe::binary).toList());
        boolean sgd = binary.phases().stream().allMatch(p -> p.optimizer() instanceof Sgd);
        if (rateIsGiven || !sgd) return binary; // other optimizers do not look at the size of a gradient
        out.println("learning rate: that of the recipe times the " + labels
                + " labels, as the loss is a mean over them; --lr sets another");
        return binary.withPhases(
                binary.phases().stream().map(p -> faster(p, labels)).toList());
    }

    private static Phase binary(Phase phase) {
        return phase.loss().equals(LossSpec.CROSS_ENTROPY) ? phase.withLoss(LossSpec.BINARY_CROSS_ENTROPY) : phase;
    }

    private static Phase faster(Phase phase, int times) {
        List<ParameterGroup> groups = phase.groups().stream()
                .map(g -> new ParameterGroup(g.layer(), times * g.learningRate(), g.optimizer()))
                .toList();
        return phase.withGroups(groups);
    }
}
