package dev.graft.image;

import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads the headers of many picture files in parallel. */
public final class PictureHeaders {
    private PictureHeaders() {}

    /**
     * Reads the header of each file: a few kilobytes each.
     *
     * @param threads number of threads, at least 1
     * @return one header for each file, in order; empty if it cannot be read (decoding the file reports the reason)
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public static List<Optional<PictureHeader>> of(List<Path> files, int threads) throws InterruptedIOException {
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread t = new Thread(task, "graft-headers");
            t.setDaemon(true);
            return t;
        });
        try {
            int part = Math.max(1, (files.size() + threads * 8 - 1) / (threads * 8));
            List<Future<List<Optional<PictureHeader>>>> parts = new ArrayList<>();
            for (int start = 0; start < files.size(); start += part) {
                List<Path> some = files.subList(start, Math.min(files.size(), start + part));
                parts.add(workers.submit(
                        () -> some.stream().map(PictureHeaders::of).toList()));
            }
            List<Optional<PictureHeader>> all = new ArrayList<>(files.size());
            for (Future<List<Optional<PictureHeader>>> p : parts) all.addAll(p.get());
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("headers: interrupted while reading headers");
        } catch (ExecutionException e) {
            throw new IllegalStateException("headers: a worker failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private static Optional<PictureHeader> of(Path file) {
        try {
            return Optional.of(PictureHeader.read(file));
        } catch (PictureException e) {
            return Optional.empty();
        }
    }
}
