package dev.graft.files;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The same work for many items, in several threads. */
public final class InParallel {
    /** Parts for each thread, so that none waits long for the last one. */
    private static final int PARTS = 8;

    private InParallel() {}

    /**
     * Applies a function to each item.
     *
     * @param threads number of threads, at least 1; they are daemons
     * @param what the work in one word, for the threads' names and messages
     * @param work thread-safe; an exception of it becomes an {@link IllegalStateException} of this method
     * @return one result for each item, in order
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public static <T, R> List<R> map(List<T> items, int threads, String what, Function<T, R> work)
            throws InterruptedIOException {
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread t = new Thread(task, "graft-" + what);
            t.setDaemon(true);
            return t;
        });
        try {
            int part = Math.max(1, (items.size() + threads * PARTS - 1) / (threads * PARTS));
            List<Future<List<R>>> parts = new ArrayList<>();
            for (int start = 0; start < items.size(); start += part) {
                List<T> some = items.subList(start, Math.min(items.size(), start + part));
                parts.add(workers.submit(() -> each(some, work)));
            }
            List<R> all = new ArrayList<>(items.size());
            for (Future<List<R>> p : parts) all.addAll(p.get());
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(what + ": interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(what + ": a worker failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    /** Ends early once the pool is shut down. */
    private static <T, R> List<R> each(List<T> items, Function<T, R> work) throws InterruptedException {
        List<R> done = new ArrayList<>(items.size());
        for (T item : items) {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedException();
            done.add(work.apply(item));
        }
        return done;
    }
}
