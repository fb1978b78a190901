package dev.graft.serve;

import dev.graft.explain.ExplainOptions;
import dev.graft.explain.Explainer;
import dev.graft.explain.Overlay;
import dev.graft.predict.Predictor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Draws where the network looked, in one thread: the predictor's thread computes the heat, between two batches, and this one decodes and
 * draws. Thread-safe.
 */
final class Overlays implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final ThreadPoolExecutor thread;
    private final Explainer explainer; // follows a predictor that replaces its model

    /** @param queue how many overlays may wait */
    Overlays(Predictor predictor, ExplainOptions options, int queue) throws IOException {
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), task -> {
            Thread t = new Thread(task, "graft-overlay");
            t.setDaemon(true);
            return t;
        });
        this.explainer = Explainer.of(predictor, options);
    }

    /** The overlay of a class as a PNG file; cancelling the result takes it out of the queue. */
    CompletableFuture<byte[]> of(Upload picture, int classIndex) {
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                if (result.isDone()) return;
                try {
                    result.complete(draw(picture, classIndex));
                } catch (IOException | RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            throw thread.isShutdown() ? Problem.stopping() : Problem.busy("too many overlays wait");
        }
        return result;
    }

    private byte[] draw(Upload picture, int classIndex) throws IOException {
        return Overlay.STANDARD
                .draw(explainer.explain(picture.file(), picture.name(), classIndex))
                .png();
    }

    /** Finishes the overlays that wait, and frees what they need. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) thread.shutdownNow();
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        explainer.close();
    }
}
