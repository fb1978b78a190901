package dev.graft.cli;

import dev.graft.distributed.World;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Starts the ranks of a run on this machine, and ends them together. Rank 0 has this process's input and output. The others' errors are
 * printed only if rank 0 cannot tell what went wrong. The ranks meet in a file that only this user can read: no port is opened for that.
 */
final class RankLauncher {
    /** In a rank's environment: the process that started it. */
    static final String PARENT = "GRAFT_RANKS_PARENT";

    private static final Duration LOOK = Duration.ofMillis(50);

    /** How long the others may take to say why, after one has failed; they hear of it within a second. */
    private static final Duration EXPLAINING = Duration.ofSeconds(4);

    /** How long a last one may take that the others have given up. */
    private static final Duration LAST = Duration.ofMillis(1500);

    /** A stopped rank finishes its step and writes a checkpoint. */
    private static final Duration STOPPING = Duration.ofMinutes(6);

    private static final int INTERRUPTED = 130;
    private static final int TERMINATED = 143;

    private final List<Process> ranks = new ArrayList<>();
    private final List<Path> errors = new ArrayList<>();

    private volatile boolean stopping;

    private final Path folder; // the ranks need it to their end, also while the JVM exits

    private RankLauncher(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs the ranks to their end.
     *
     * @param words the command, with its verb
     * @return rank 0's exit status, or another one that is not 0; {@link TrainCommand#STOPPED} when the JVM is exiting
     */
    static int run(int count, List<String> words, PrintStream err) throws IOException {
        RankLauncher all = new RankLauncher(Files.createTempDirectory("graft-ranks-")); // this user's alone
        Thread hook = new Thread(all::stop, "graft-ranks-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Path file = Files.createFile(all.folder.resolve("ranks"));
            for (int r = 0; r < count; r++) all.start(World.inFile(r, count, file), words, all.folder);
            all.await();
            return all.status(err);
        } finally {
            if (!all.stopping) all.end();
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) { // the exit has begun: the hook finds all ranks ended
            hook.setName("graft-ranks-ended");
        }
    }

    private void start(World world, List<String> words, Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Graft.class.getName()));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        Path said = folder.resolve("rank-" + world.rank() + ".err");
        if (world.rank() > 0) {
            builder.redirectInput(ProcessBuilder.Redirect.from(
                    new File("/dev/null").exists() ? new File("/dev/null") : new File("NUL")));
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.redirectError(said.toFile());
        }
        Map<String, String> environment = builder.environment();
        environment.putAll(world.toEnvironment());
        environment.put(PARENT, Long.toString(ProcessHandle.current().pid()));
        environment.putIfAbsent("TORCH_CPP_LOG_LEVEL", "FATAL"); // a rank says itself what went wrong
        ranks.add(builder.start());
        errors.add(said);
    }

    /** Waits until all have ended, or until those that are left have had their time after one has failed. */
    private void await() {
        long failed = 0;
        long last = 0;
        try {
            while (alive() > 0) {
                long now = System.nanoTime();
                if (failed == 0 && ranks.stream().anyMatch(RankLauncher::hasFailed)) failed = now;
                if (failed != 0 && last == 0 && alive() == 1) last = now;
                if (failed != 0 && now - failed > EXPLAINING.toNanos()) return;
                if (last != 0 && now - last > LAST.toNanos()) return;
                Thread.sleep(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that was asked to stop has not: all stop after the same step, and rank 0 writes a checkpoint then. */
    private static boolean hasFailed(Process rank) {
        return !rank.isAlive()
                && !List.of(ExitStatus.DONE, INTERRUPTED, TERMINATED).contains(rank.exitValue());
    }

    private long alive() {
        return ranks.stream().filter(Process::isAlive).count();
    }

    private int status(PrintStream err) {
        if (stopping) return TrainCommand.STOPPED;
        int[] all =
                ranks.stream().mapToInt(p -> p.isAlive() ? -1 : p.exitValue()).toArray();
        int failed = IntStream.range(0, all.length)
                .filter(r -> all[r] != 0)
                .findFirst()
                .orElse(-1);
        if (failed < 0) return ExitStatus.DONE;
        boolean told = all[0] == ExitStatus.ERROR || all[0] == ExitStatus.USAGE;
        if (told) return all[0];
        err.println(IntStream.range(1, all.length)
                .filter(r -> all[r] == ExitStatus.ERROR || all[r] == ExitStatus.USAGE)
                .mapToObj(this::said)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("graft train: rank " + failed + " (pid "
                        + ranks.get(failed).pid() + ") "
                        + (all[failed] < 0 ? "did not end" : "ended with status " + all[failed])));
        return ExitStatus.ERROR;
    }

    private String said(int rank) {
        try {
            return Files.readString(errors.get(rank)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Passes a request to stop on: after Ctrl-C the ranks have it already, after a signal to this process alone they have not. */
    private void stop() {
        stopping = true;
        ranks.forEach(Process::destroy);
        long end = System.nanoTime() + STOPPING.toNanos();
        try {
            for (Process p : ranks) p.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    private void end() {
        ranks.forEach(Process::destroyForcibly);
        try {
            for (Path said : errors) Files.deleteIfExists(said);
            Files.deleteIfExists(folder.resolve("ranks"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "ranks: the folder stays", e);
        }
    }
}
