package dev.graft.distributed;

import dev.graft.torch.ComputeDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Ranks that are threads of this process: each has a store and connections of its own, as a process has. */
public final class InThreads {
    /** Long enough for a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a rank does. */
    public interface Work<T> {
        T of(RankGroup group) throws Exception;
    }

    /** How a rank ended: with a value, or with an exception. */
    public record End<T>(T value, Exception thrown, double seconds) {
        public String message() {
            return thrown == null ? "ended with " + value : String.valueOf(thrown.getMessage());
        }
    }

    private InThreads() {}

    /** Runs the work on this many ranks and gives their values; the first exception is thrown. */
    public static <T> List<T> run(int ranks, Work<T> work) throws Exception {
        List<T> all = new ArrayList<>();
        for (End<T> end : ends(worlds(ranks), PATIENCE, work)) {
            if (end.thrown() != null) throw end.thrown();
            all.add(end.value());
        }
        return all;
    }

    /** The worlds of ranks that meet in a new file. */
    public static List<World> worlds(int ranks) throws IOException {
        Path file = Files.createTempFile("ranks", ".store");
        file.toFile().deleteOnExit();
        return IntStream.range(0, ranks)
                .mapToObj(r -> World.inFile(r, ranks, file))
                .toList();
    }

    /** Runs the work in each world, a minute at most. A rank whose work throws tells the others, as a program does. */
    public static <T> List<End<T>> ends(List<World> worlds, Duration patience, Work<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(worlds.size());
        try {
            List<Future<End<T>>> running = new ArrayList<>();
            for (World world : worlds) {
                Callable<End<T>> rank = () -> end(world, patience, work);
                running.add(threads.submit(rank));
            }
            List<End<T>> ends = new ArrayList<>();
            for (Future<End<T>> f : running) ends.add(f.get(1, TimeUnit.MINUTES));
            return ends;
        } catch (TimeoutException | ExecutionException e) {
            throw new AssertionError("a rank did not end", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> End<T> end(World world, Duration patience, Work<T> work) {
        long start = System.nanoTime();
        try (RankGroup group = RankGroup.join(world, ComputeDevice.CPU, patience)) {
            try {
                return new End<>(work.of(group), null, (System.nanoTime() - start) / 1e9);
            } catch (Exception e) {
                group.fail(e);
                return new End<>(null, e, (System.nanoTime() - start) / 1e9);
            }
        } catch (RuntimeException e) {
            return new End<>(null, e, (System.nanoTime() - start) / 1e9);
        }
    }
}
