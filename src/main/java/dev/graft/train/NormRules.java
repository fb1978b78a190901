package dev.graft.train;

import dev.graft.model.ModelCard;
import dev.graft.plan.Mode;
import dev.graft.plan.Phase;
import dev.graft.plan.Shuffled;

/**
 * Refuses batches from which a batch norm in training mode cannot learn: one number for each channel has no variance. PyTorch's layer
 * refuses them too ("Expected more than 1 value per channel when training"); LibTorch's operation would write NaN into the running
 * variance. In Graft's own networks this is a batch of one picture that is so small that the last stage has 1 x 1 places.
 */
final class NormRules {
    private NormRules() {}

    /**
     * Checks the batches of all phases before any work, as far as they are known then.
     *
     * @throws IllegalArgumentException with what to change
     */
    static void require(RunContext context) {
        if (context.orders().areGiven() || !(context.plan().input().sampling() instanceof Shuffled)) return;
        for (Phase phase : context.plan().phases())
            require(context, phase, context.data().train().size());
    }

    /** The same for an epoch of this many pictures. */
    static void require(RunContext context, Phase phase, int pictures) {
        Team team = context.team();
        if (team.isAlone()) {
            if (pictures % context.batchSize() == 1 || context.batchSize() == 1) requireMore(context, phase);
        } else if (team.leavesOneOf(context.batchSize()) || team.leavesOneOf(pictures % context.batchSize())) {
            requireMore(context, phase);
        }
    }

    /** Whether a batch of one picture must be refused. */
    static boolean needsTwo(RunContext context, Phase phase) {
        return phase.mode() == Mode.TRAINING && context.classifier().card().endsInOnePlace();
    }

    /** Refuses a batch of one picture where it must be. */
    static void requireMore(RunContext context, Phase phase) {
        if (!needsTwo(context, phase)) return;
        ModelCard card = context.classifier().card();
        throw new IllegalArgumentException("training: phase " + phase.name() + " has a batch of one picture of "
                + card.preprocessing().width() + " x " + card.preprocessing().height() + ", the last of "
                + context.data().train().size() + " in batches of " + context.batchSize() + ". The last stage of "
                + card.network().title()
                + " has one number for each channel of it, and batch norms in training mode need"
                + " more than one: choose another batch size, larger pictures, or Mode.EVALUATION (the recipe fast)");
    }
}
