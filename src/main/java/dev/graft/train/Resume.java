package dev.graft.train;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.Data;
import dev.graft.checkpoint.OptimizerState;
import dev.graft.checkpoint.RunState;
import dev.graft.plan.Phase;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** A checkpoint that a run resumes from, and the rules for it. */
final class Resume {
    private final Checkpoint from;

    Resume(Checkpoint from) {
        this.from = from;
    }

    /**
     * Checks that a run may resume from this checkpoint.
     *
     * @throws IOException when the data or the classifier differ
     * @throws IllegalArgumentException when the plan differs
     */
    void require(RunContext context) throws IOException {
        requirePlan(from, context.plan());
        requireData(context.data().fingerprints());
        Optional<String> difference = from.difference(context.classifier());
        if (difference.isPresent()) {
            throw new IOException("checkpoint: " + from.file() + " belongs to another classifier: " + difference.get()
                    + "; resume with the one that Classifier.load returns for this file");
        }
    }

    /**
     * @throws IllegalArgumentException when a run with this plan cannot resume from the checkpoint
     */
    static void requirePlan(Checkpoint from, TrainingPlan plan) {
        TrainingPlan before = from.plan();
        if (!plan.continues(before)) {
            if (plan.phases().size() == before.phases().size() && plan.continues(withSchedulesLength(before, plan))) {
                int last = before.phases().size() - 1;
                Phase then = before.phases().get(last);
                throw new IllegalArgumentException("checkpoint: " + from.file() + " was written with the schedule "
                        + then.schedule() + " over " + then.epochs() + " epochs; over "
                        + plan.phases().get(last).epochs() + " epochs the learning rates differ; resume with "
                        + then.epochs() + " epochs, or start a new run");
            }
            throw new IllegalArgumentException("checkpoint: " + from.file() + " was written with another plan: "
                    + String.join("; ", plan.differences(before))
                    + "; only the epochs of the last phase and the upkeep may differ");
        }
        RunState at = from.run();
        int least = at.epoch() + (at.step() > 0 ? 1 : 0);
        if (plan.epochs() < least) {
            throw new IllegalArgumentException(
                    "checkpoint: " + from.file() + " is in epoch " + (at.epoch() + 1) + " after " + at.step()
                            + " steps, but the plan has " + plan.epochs() + " epochs; resume with at least " + least);
        }
    }

    /** The earlier plan, with the number of epochs of the current plan's last phase. */
    private static TrainingPlan withSchedulesLength(TrainingPlan before, TrainingPlan now) {
        int last = before.phases().size() - 1;
        int epochs = now.phases().get(last).epochs();
        return before.withPhase(before.phases().get(last).name(), p -> p.fitsAtOnce() ? p : p.withEpochs(epochs));
    }

    private void requireData(Data now) throws IOException {
        Data before = from.data();
        if (before.pictures() != now.pictures()) {
            throw new IOException("checkpoint: " + from.file() + " was written with " + before.pictures()
                    + " training pictures, but the data has " + now.pictures() + "; resume with the same data");
        }
        if (!before.equals(now)) {
            String which = before.training().equals(now.training()) ? "validation" : "training";
            throw new IOException("checkpoint: " + from.file() + " was written with other " + which + " pictures (other"
                    + " contents, another order, or a split with another seed or fraction); resume with the same data");
        }
    }

    /** The state of the run to resume. */
    RunState at() {
        return from.run();
    }

    /** For the event that listeners get. */
    Event.Resumed event() {
        return new Event.Resumed(from.run().epoch() + 1, from.run().step());
    }

    /**
     * Restores the weights of the best epoch, if there was one, from the file beside the checkpoint.
     *
     * @throws IOException when that file is not there, or belongs to another run
     */
    void restore(BestWeights best) throws IOException {
        RunState.Best wanted = from.run().best();
        if (wanted == null) return;
        Path file = from.file().resolveSibling(Checkpoint.BEST);
        Path earlier = from.file().resolveSibling(Checkpoint.EARLIER_BEST);
        if (!has(file, wanted) && has(earlier, wanted))
            Files.move(
                    earlier,
                    file,
                    StandardCopyOption.REPLACE_EXISTING); // killed between a better epoch and its checkpoint
        try (Checkpoint there = Checkpoint.open(file)) {
            if (!wanted.equals(there.run().best()))
                throw new IOException("checkpoint: " + file + " has the weights of the best epoch of another run; "
                        + from.file() + " was written with " + wanted + "; keep both files together");
            best.take(there.model());
        }
    }

    private static boolean has(Path file, RunState.Best wanted) throws IOException {
        if (Files.notExists(file)) return false;
        try (Checkpoint there = Checkpoint.open(file)) {
            return wanted.equals(there.run().best());
        }
    }

    /** Restores the state of a step, where there is one, and of the orders. */
    void restore(Optional<TrainingStep> step, Orders orders) throws IOException {
        orders.restore(from.generator());
        OptimizerState state = from.optimizer();
        Map<String, Tensor> averaged = Map.of();
        try {
            averaged = from.averaged();
            Map<String, Tensor> weights = averaged;
            step.ifPresent(s -> s.restore(state, weights, from.run().lossScale()));
        } finally {
            state.close();
            averaged.values().forEach(Tensor::close);
        }
        from.close(); // the next checkpoint replaces the file, which Windows refuses while it is open
    }
}
