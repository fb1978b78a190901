package dev.graft.image;

import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same for many files, on threads of its own. */
final class InParallel {
    private static final int PARTS_PER_THREAD = 8;

    private InParallel() {}

    /**
     * The results in the order of the files.
     *
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    static <T> List<T> map(List<Path> files, int threads, Function<Path, T> each) throws InterruptedIOException {
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread t = new Thread(task, "graft-headers");
            t.setDaemon(true);
            return t;
        });
        try {
            int wanted = threads * PARTS_PER_THREAD;
            int part = Math.max(1, (files.size() + wanted - 1) / wanted);
            List<Future<List<T>>> parts = new ArrayList<>();
            for (int start = 0; start < files.size(); start += part) {
                List<Path> some = files.subList(start, Math.min(files.size(), start + part));
                parts.add(workers.submit(() -> some.stream().map(each).toList()));
            }
            List<T> all = new ArrayList<>(files.size());
            for (Future<List<T>> p : parts) all.addAll(p.get());
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("headers: interrupted while reading pictures");
        } catch (ExecutionException e) {
            throw new IllegalStateException("headers: a worker failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }
}
