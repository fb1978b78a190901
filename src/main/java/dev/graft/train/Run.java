package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Staging;
import dev.graft.checkpoint.RunState;
import dev.graft.plan.TrainingPlan;
import dev.graft.report.Event;
import java.io.IOException;
import java.util.Optional;

/** One run, from begin to end. Owns what all phases share. Used by the training thread. */
final class Run implements AutoCloseable {
    private final RunContext context;
    private final Optional<Resume> resume;
    private final Checkpoints checkpoints;
    private final Staging staging;
    private final BatchLoader loader;

    Run(RunContext context, Checkpoints checkpoints, Optional<Resume> resume) {
        this.context = context;
        this.checkpoints = checkpoints;
        this.resume = resume;
        TrainingPlan plan = context.plan();
        this.staging = new Staging(
                context.device(),
                plan.compute().layout(),
                context.classifier().card().preprocessing());
        try {
            this.loader = new BatchLoader(
                    context.classifier().card().preprocessing(),
                    staging,
                    context.batchSize(),
                    context.decoders(),
                    plan.input().unreadable());
        } catch (RuntimeException e) {
            staging.close();
            throw e;
        }
    }

    /** The loop. */
    Trainer.Outcome fit() throws IOException {
        begin();
        try {
            RunState at = resume.map(Resume::at).orElse(RunState.BEGIN);
            int first = at.phase();
            Optional<Evaluation> evaluation = Optional.empty();
            for (int phase = first; phase < context.plan().phases().size(); phase++) {
                try (Stage stage = new Stage(context, checkpoints, loader, staging, at)) {
                    stage.begin(phase == first ? resume : Optional.empty());
                    while (stage.hasEpoch()) {
                        try (Epoch epoch = stage.beginEpoch()) {
                            while (epoch.hasNext()) epoch.step();
                            stage.end(epoch);
                        }
                    }
                    at = stage.state();
                    evaluation = Optional.of(stage.evaluation());
                }
            }
            return ended(evaluation, false);
        } catch (Stopped e) {
            return ended(e.evaluation(), true);
        }
    }

    private void begin() throws IOException {
        context.listeners()
                .tell(new Event.RunBegan(
                        context.plan(),
                        context.data().train().size(),
                        context.data().validation().size(),
                        resume.map(Resume::event)));
    }

    private Trainer.Outcome ended(Optional<Evaluation> evaluation, boolean stopped) throws IOException {
        Trainer.Outcome outcome = new Trainer.Outcome(evaluation, stopped, loader.skipped());
        context.listeners().tell(new Event.RunEnded(stopped, outcome.skipped()));
        return outcome;
    }

    /**
     * @throws dev.graft.batch.UnreadableException with all pictures that cannot be read, if there are any
     */
    void requireReadable() throws IOException {
        loader.requireReadable(context.data().all());
    }

    @Override
    public void close() {
        loader.close();
        staging.close();
    }
}
