package dev.graft.train;

import dev.graft.batch.BatchLoader;
import dev.graft.batch.Staging;
import dev.graft.checkpoint.RunState;
import dev.graft.image.PictureException;
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
    private final BestWeights best = new BestWeights();

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

    Trainer.Outcome train() throws IOException {
        try {
            return fit();
        } catch (PictureException e) { // list all unreadable pictures, not only the first
            loader.requireReadable(context.data().all());
            throw e;
        }
    }

    /** The loop. */
    Trainer.Outcome fit() throws IOException {
        begin();
        try {
            RunState at = resume.map(Resume::at).orElse(RunState.BEGIN);
            Optional<Resume> from = resume;
            Optional<Evaluation> evaluation;
            do {
                try (Stage stage = stage(at)) {
                    stage.begin(from);
                    while (stage.hasEpoch()) {
                        try (Epoch epoch = stage.beginEpoch()) {
                            while (epoch.hasNext()) epoch.step();
                            stage.end(epoch);
                        }
                    }
                    at = stage.state();
                    evaluation = Optional.of(stage.evaluation());
                }
                from = Optional.empty();
            } while (at.epoch() < context.plan().epochs());
            if (context.plan().ending().takeBest() && at.best() != null) evaluation = takeBest(at);
            return ended(evaluation, false);
        } catch (Stopped e) {
            return ended(e.evaluation(), true);
        }
    }

    private Stage stage(RunState at) {
        return new Stage(context, checkpoints, loader, staging, best, at);
    }

    /** Ends with the weights of the best epoch. Its phase tells which layers run once. */
    private Optional<Evaluation> takeBest(RunState at) throws IOException, Stopped {
        TrainingPlan plan = context.plan();
        int phase = 0;
        while (at.best().epoch() > plan.epochsBefore(phase + 1)) phase++;
        best.putInto(context.classifier());
        context.listeners()
                .tell(new Event.BestTaken(
                        at.best().epoch(), at.best().metric(), at.best().value()));
        RunState there = new RunState(phase, plan.epochsBefore(phase + 1), 0, 0, 0, null, at.history());
        try (Stage stage = stage(there)) {
            stage.prepare();
            return Optional.of(stage.evaluation());
        }
    }

    private void begin() throws IOException {
        NormRules.require(context);
        if (resume.isPresent() && context.plan().ending().takeBest()) {
            if (!context.team().isFirst()) context.team().meet(); // rank 0 may move a file to its place
            resume.get().restore(best);
            if (context.team().isFirst()) context.team().meet();
        }
        context.listeners()
                .tell(new Event.RunBegan(
                        context.plan(),
                        context.data().train().size(),
                        context.data().validation().size(),
                        resume.map(Resume::event)));
    }

    private Trainer.Outcome ended(Optional<Evaluation> evaluation, boolean stopped) throws IOException {
        Trainer.Outcome outcome =
                new Trainer.Outcome(evaluation, stopped, context.team().skipped(loader.skipped()));
        context.listeners().tell(new Event.RunEnded(stopped, outcome.skipped()));
        return outcome;
    }

    @Override
    public void close() {
        best.close();
        loader.close();
        staging.close();
    }
}
