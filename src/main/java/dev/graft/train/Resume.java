package dev.graft.train;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.Data;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.checkpoint.RunState;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import java.io.IOException;
import java.util.Optional;

/** A checkpoint that a run goes on from, and the rules for that. */
final class Resume {
    private final Checkpoint from;

    Resume(Checkpoint from) {
        this.from = from;
    }

    /**
     * Checks that a run may go on from here.
     *
     * @throws IOException when the data or the classifier are others
     * @throws IllegalArgumentException when the plan is another
     */
    void require(RunContext context) throws IOException {
        requirePlan(from, context.plan());
        requireData(context.data().fingerprints());
        Optional<String> difference = from.difference(context.classifier());
        if (difference.isPresent()) {
            throw new IOException("checkpoint: " + from.file() + " is of another classifier: " + difference.get()
                    + "; resume with the one that Classifier.load gives of this file");
        }
    }

    /** @throws IllegalArgumentException when a run under this plan cannot go on from the checkpoint */
    static void requirePlan(Checkpoint from, TrainingPlan plan) {
        TrainingPlan before = from.plan();
        if (!plan.continues(before)) {
            if (plan.phases().size() == before.phases().size() && plan.continues(withSchedulesLength(before, plan))) {
                int last = before.phases().size() - 1;
                Phase then = before.phases().get(last);
                throw new IllegalArgumentException("checkpoint: " + from.file() + " was written under the schedule "
                        + then.schedule() + " over " + then.epochs() + " epochs; over "
                        + plan.phases().get(last).epochs() + " the learning rates are others; resume with "
                        + then.epochs() + " epochs, or start anew");
            }
            throw new IllegalArgumentException("checkpoint: " + from.file() + " was written under another plan: "
                    + String.join("; ", plan.differences(before))
                    + "; only the epochs of the last phase and the upkeep may differ");
        }
        RunState at = from.run();
        int least = at.epoch() + (at.step() > 0 ? 1 : 0);
        if (plan.epochs() < least) {
            throw new IllegalArgumentException(
                    "checkpoint: " + from.file() + " is in epoch " + (at.epoch() + 1) + " after " + at.step()
                            + " steps, the plan has " + plan.epochs() + " epochs; resume with at least " + least);
        }
    }

    /** The plan before, with a last phase as long as that of the plan now. */
    private static TrainingPlan withSchedulesLength(TrainingPlan before, TrainingPlan now) {
        int last = before.phases().size() - 1;
        int epochs = now.phases().get(last).epochs();
        return before.withPhase(before.phases().get(last).name(), p -> p.fitsAtOnce() ? p : p.withEpochs(epochs));
    }

    private void requireData(Data now) throws IOException {
        Data before = from.data();
        if (before.pictures() != now.pictures()) {
            throw new IOException("checkpoint: " + from.file() + " was written with " + before.pictures()
                    + " training pictures, the data has " + now.pictures() + "; resume with the same data");
        }
        if (!before.equals(now)) {
            String which = before.training().equals(now.training()) ? "validation" : "training";
            throw new IOException("checkpoint: " + from.file() + " was written with other " + which + " pictures (other"
                    + " contents, another order, or a split by another seed or fraction); resume with the same data");
        }
    }

    /** Where it goes on. */
    RunState at() {
        return from.run();
    }

    /** As listeners are told. */
    Event.Resumed event() {
        return new Event.Resumed(from.run().epoch() + 1, from.run().step());
    }

    /** Gives a step, where there is one, and the orders what the checkpoint remembers. */
    void restore(Optional<TrainingStep> step, Orders orders) throws IOException {
        orders.restore(from.generator());
        OptimizerState state = from.optimizer();
        try {
            step.ifPresent(s -> s.restore(state, from.run().lossScale()));
        } finally {
            state.close();
        }
        from.close(); // the next checkpoint takes the file's place: Windows refuses that while it is open
    }
}
