package dev.graft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches which threads of this process gain processor time, those that come and go meanwhile included; Linux only. The
 * kernel tells in {@code schedstat}, to the nanosecond, what {@code stat} tells in hundredths of a second. JVM's own threads
 * are left out by name. A native thread is called as the thread that started it.
 */
public final class BusyThreads implements AutoCloseable {
    /** A thread that was woken for nothing gains less. */
    private static final long NANOS = 1_000_000;

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final String SAMPLER = "test-sampler";
    private static final String OF_THE_JVM =
            "(GC Thread|G1 |C[12] Compiler|VM |Signal Disp|Finalizer|Reference Han|Common-Clean|Service Thr|Monitor Def"
                    + "|Notification|Sweeper|JavaCPP Dea|Attach Lis|" + SAMPLER + ").*";

    private record Task(String id, String name) {}

    private final Map<Task, Long> before;
    private final Map<Task, Long> last = new HashMap<>();
    private final Thread sampler = new Thread(this::sample, SAMPLER);

    /** Starts watching. */
    public BusyThreads() throws IOException {
        before = read();
        sampler.setDaemon(true);
        sampler.start();
    }

    /** Whether this system tells. */
    public static boolean canSee() {
        return Files.isReadable(TASKS.resolve("../schedstat"));
    }

    private static Map<Task, Long> read() throws IOException {
        Map<Task, Long> nanos = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip();
                    String first = Files.readString(task.resolve("schedstat")).split(" ")[0];
                    nanos.put(new Task(task.getFileName().toString(), name), Long.parseLong(first));
                } catch (IOException e) {
                    continue; // it has ended
                }
            }
        }
        return nanos;
    }

    private void sample() {
        try {
            while (!Thread.interrupted()) {
                last.putAll(read());
                Thread.sleep(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends watching: how many threads of each name gained processor time. */
    public Map<String, Integer> end() throws IOException, InterruptedException {
        close();
        sampler.join();
        last.putAll(read());
        Map<String, Integer> count = new TreeMap<>();
        last.forEach((task, nanos) -> {
            if (nanos - before.getOrDefault(task, 0L) > NANOS && !task.name.matches(OF_THE_JVM)) {
                count.merge(task.name, 1, Integer::sum);
            }
        });
        return count;
    }

    @Override
    public void close() {
        sampler.interrupt();
    }
}
