package dev.graft.cli;

import static dev.graft.cli.Arguments.flag;
import static dev.graft.cli.Arguments.option;

import dev.graft.distributed.RankGroup;
import dev.graft.distributed.World;
import java.time.Duration;
import java.util.List;
import org.apache.commons.cli.Option;

/**
 * The options for a run in several processes.
 *
 * @param started the number of processes to start on this machine; 1 for none beside this one
 * @param world as the program that started this process tells it
 * @param patience how long a rank waits for another
 * @param ownStatistics whether batch norms in training mode may use the statistics of each rank's pictures
 */
record RankOptions(int started, World world, Duration patience, boolean ownStatistics) {
    private static final int MOST = 1024;
    private static final int MOST_SECONDS = 86_400;

    static List<Option> table() {
        return List.of(
                option(
                        "ranks",
                        "N",
                        "train in N processes on this machine, which share the work; for several machines start graft with torchrun or"
                                + " srun. --threads is of each. See docs/scale.md. Default: 1"),
                option(
                        "rank-timeout",
                        "SECONDS",
                        "how long a rank waits for another before the run ends. Default: "
                                + RankGroup.PATIENCE.toSeconds()),
                flag(
                        "statistics-of-each-rank",
                        "on several ranks, let batch norms in training mode (--recipe reference) use the pictures of each rank, as PyTorch's"
                                + " DistributedDataParallel does; otherwise this is refused"));
    }

    static RankOptions of(Arguments args) {
        World world = World.fromEnvironment();
        int started = (int) args.integer("ranks", 1, 1, MOST);
        boolean child = world.meeting().map(World.InFile.class::isInstance).orElse(false);
        if (started > 1 && !world.isAlone() && !child)
            throw new UsageException("--ranks: this is one of " + world.size()
                    + " ranks already, as RANK and WORLD_SIZE or their like say; leave it out");
        RankOptions options = new RankOptions(
                child ? 1 : started,
                world,
                Duration.ofSeconds(args.integer("rank-timeout", RankGroup.PATIENCE.toSeconds(), 1, MOST_SECONDS)),
                args.has("statistics-of-each-rank"));
        if (options.areSeveral()) requireOneRun(args);
        return options;
    }

    /** What trains more than one model, or none, is for one process. */
    private static void requireOneRun(Arguments args) {
        if (args.has(OptimizerOptions.FIND))
            throw new UsageException("--find-lr: searches in one process; search first, then give --ranks and --lr");
        if (StudyOptions.of(args).isPresent())
            throw new UsageException("--ranks: a study trains its runs in one process each; leave --ranks out");
    }

    boolean areSeveral() {
        return started > 1 || !world.isAlone();
    }

    /** Whether this process only starts the ranks. */
    boolean starts() {
        return started > 1;
    }

    /** Whether this process writes files and prints. */
    boolean isFirst() {
        return world.rank() == 0;
    }
}
