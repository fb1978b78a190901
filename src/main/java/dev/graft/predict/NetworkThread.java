package dev.graft.predict;

import dev.graft.torch.ExitGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * The only thread of a predictor that calls LibTorch. It runs tasks one after the other; any thread may submit them.
 */
final class NetworkThread implements AutoCloseable {
    private final Workers workers = new Workers("graft-predict");
    private final ExecutorService thread = Executors.newSingleThreadExecutor(workers);

    /**
     * Runs a task and waits for it. An interrupt does not end the wait; the caller's interrupt flag stays set.
     *
     * @throws IOException if the task threw it; unchecked exceptions of the task are thrown too
     */
    <T> T call(Callable<T> task) throws IOException {
        Future<T> result = thread.submit(() -> {
            try (ExitGuard.Part inside = ExitGuard.enter()) {
                return task.call();
            }
        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw thrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException thrown(Throwable cause) {
        if (cause instanceof Error e) throw e;
        if (cause instanceof RuntimeException e) throw e;
        return cause instanceof IOException e ? e : new IOException(cause);
    }

    /** Runs a task and does not wait for it. Its result or exception completes {@code result}. */
    <T> void submit(Supplier<T> task, CompletableFuture<T> result) {
        thread.execute(() -> {
            try (ExitGuard.Part inside = ExitGuard.enter()) {
                result.complete(task.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
    }

    /** The same as {@link #call} for a task without checked exceptions. */
    <T> T get(Supplier<T> task) {
        try {
            return call(task::get);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Accepts no more tasks; the thread ends after those it has. */
    @Override
    public void close() {
        workers.end(thread);
    }
}
