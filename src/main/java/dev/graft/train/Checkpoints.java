package dev.graft.train;

import dev.graft.checkpoint.Checkpoint;
import dev.graft.checkpoint.Contents;
import dev.graft.checkpoint.RunState;
import dev.graft.metrics.Metric;
import dev.graft.metrics.Scores;
import dev.graft.report.Event;
import dev.graft.torch.NativeScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Writes a run's checkpoints and decides when one is due. Used by the training thread. */
final class Checkpoints {
    private final RunContext context;
    private final CheckpointPolicy policy;
    private long written = System.nanoTime();
    private int stepsSince;
    private boolean ofThisRun;
    private boolean bestIsKnown; // the last checkpoint of this run names the epoch in the file of the best one
    private Optional<Path> lastFile = Optional.empty();

    /**
     * @param resumed whether the checkpoint in the folder belongs to this run
     */
    Checkpoints(RunContext context, CheckpointPolicy policy, boolean resumed) {
        this.context = context;
        this.policy = policy.writtenIf(context.team().isFirst())
                .withBest(new Endings(context.plan().ending()).best(policy.best()));
        this.ofThisRun = resumed;
        this.bestIsKnown = resumed;
    }

    /** Counts a step and tells whether a checkpoint is due after it. */
    boolean dueAfterStep() {
        stepsSince++;
        return policy.folder().isPresent() && stepsSince >= policy.everySteps();
    }

    /** Whether a checkpoint is due at the end of an epoch. */
    boolean dueAfterEpoch() {
        return System.nanoTime() - written >= policy.every().toNanos();
    }

    /** Writes a checkpoint, if the run keeps any. */
    void write(Learned learned, byte[] generator, RunState at) throws IOException {
        if (policy.folder().isEmpty()) return;
        Path file = policy.folder().get().resolve(Checkpoint.FILE);
        writeTo(file, learned, generator, at);
        written = System.nanoTime();
        stepsSince = 0;
        ofThisRun = true;
        bestIsKnown = true;
        Files.deleteIfExists(file.resolveSibling(Checkpoint.EARLIER_BEST));
        lastFile = Optional.of(file);
        context.listeners().tell(new Event.CheckpointWritten(file, at.epoch(), at.step()));
    }

    /** Writes the checkpoint of an epoch (from 1), if the run keeps the last ones, and deletes the oldest. */
    void keepLast(int epoch, Learned learned, byte[] generator, RunState at) throws IOException {
        if (policy.last() == 0 || policy.folder().isEmpty()) return;
        writeTo(Checkpoint.ofEpoch(policy.folder().get(), epoch), learned, generator, at);
        for (int old : Checkpoint.epochsIn(policy.folder().get())) {
            if (old <= epoch - policy.last() || old > epoch)
                Files.deleteIfExists(Checkpoint.ofEpoch(policy.folder().get(), old));
        }
    }

    /** The file of the last checkpoint that this run wrote. */
    Optional<Path> lastFile() {
        return lastFile;
    }

    /**
     * Writes the checkpoint of the best epoch, if the run keeps it and these scores are better than all before. It has the weights that were
     * judged, which are the average where there is one; a run that resumes from it averages anew.
     *
     * @param epoch from 1
     * @param at the state after the epoch
     * @return the same state, with the best epoch set
     */
    RunState keepBest(Scores scores, int epoch, Learned learned, byte[] generator, RunState at) throws IOException {
        if (policy.best().isEmpty()) return at;
        Metric metric = policy.best().get();
        RunState.Best now = new RunState.Best(metric.name(), metric.of(scores), epoch);
        if (!isBetter(now, at.best(), metric.higherIsBetter())) return at;
        RunState best = at.withBest(now);
        if (policy.folder().isPresent()) {
            Path file = policy.folder().get().resolve(Checkpoint.BEST);
            setEarlierAside(file);
            writeTo(file, learned.withoutAverage(), generator, best);
        }
        return best;
    }

    /** A run that is killed now resumes from a checkpoint that names the earlier one. */
    private void setEarlierAside(Path best) throws IOException {
        if (bestIsKnown && Files.exists(best))
            Files.move(best, best.resolveSibling(Checkpoint.EARLIER_BEST), StandardCopyOption.REPLACE_EXISTING);
        bestIsKnown = false;
    }

    private static boolean isBetter(RunState.Best now, RunState.Best before, boolean higher) {
        if (Double.isNaN(now.value())) return false;
        if (before == null || !before.metric().equals(now.metric())) return true;
        return higher ? now.value() > before.value() : now.value() < before.value();
    }

    private void writeTo(Path file, Learned learned, byte[] generator, RunState at) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Checkpoint.write(
                    file,
                    new Contents(
                            context.classifier(),
                            learned.optimizer().get(),
                            learned.averaged().get(),
                            generator,
                            context.plan(),
                            at,
                            context.data().fingerprints()));
        }
    }

    /** Deletes the checkpoint of an earlier run, after this run's first epoch. */
    void leaveEarlierBehind() throws IOException {
        if (ofThisRun || policy.folder().isEmpty()) return;
        Files.deleteIfExists(policy.folder().get().resolve(Checkpoint.FILE));
        ofThisRun = true;
    }
}
