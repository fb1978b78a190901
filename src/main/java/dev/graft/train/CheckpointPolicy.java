package dev.graft.train;

import dev.graft.metrics.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and when checkpoints are written.
 *
 * @param folder empty for no checkpoints
 * @param every minimum time since the last checkpoint before the end of an epoch writes one; at least 0
 * @param everySteps steps between checkpoints within an epoch, at least 1
 * @param best the metric that selects the best epoch; empty if the best epoch is not kept
 * @param last number of epochs whose checkpoints are kept, beside the last one; at least 0
 */
record CheckpointPolicy(Optional<Path> folder, Duration every, int everySteps, Optional<Metric> best, int last) {
    static final CheckpointPolicy NONE =
            new CheckpointPolicy(Optional.empty(), Duration.ofSeconds(10), Integer.MAX_VALUE, Optional.empty(), 0);

    /** Checks the ranges; the names are the trainer's. */
    CheckpointPolicy {
        if (every.isNegative())
            throw new IllegalArgumentException("training: checkpointsEvery must be at least 0, was " + every);
        if (everySteps < 1)
            throw new IllegalArgumentException("training: checkpointsEverySteps must be at least 1, was " + everySteps);
        if (last < 0) throw new IllegalArgumentException("training: keepLast must be at least 0, was " + last);
    }

    CheckpointPolicy in(Path other) {
        return new CheckpointPolicy(Optional.of(other), every, everySteps, best, last);
    }

    /** The same where this process writes them, else none. */
    CheckpointPolicy writtenIf(boolean here) {
        return new CheckpointPolicy(folder.filter(f -> here), every, everySteps, best, last);
    }

    CheckpointPolicy withEvery(Duration other) {
        return new CheckpointPolicy(folder, other, everySteps, best, last);
    }

    CheckpointPolicy withEverySteps(int other) {
        return new CheckpointPolicy(folder, every, other, best, last);
    }

    CheckpointPolicy withBest(Optional<Metric> other) {
        return new CheckpointPolicy(folder, every, everySteps, other, last);
    }

    CheckpointPolicy withLast(int other) {
        return new CheckpointPolicy(folder, every, everySteps, best, other);
    }
}
