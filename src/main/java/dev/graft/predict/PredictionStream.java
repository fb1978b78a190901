package dev.graft.predict;

import dev.graft.torch.OutOfMemoryException;
import dev.graft.torch.Threads;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The answers for a list of pictures of any length, in the order of the list, see {@link Predictor#stream}. Several
 * threads decode ahead into a fixed number of reused buffers while the network computes, so the memory does not depend
 * on the length of the list.
 *
 * <p>Used and closed by one thread, which also asks the list for its pictures: at most three batches of 32 ahead. The
 * first batch has one picture, so that the first answer comes early. Owns threads and native memory: close it. An
 * exception ends the stream.
 */
public final class PredictionStream implements Iterator<Answer>, AutoCloseable {
    /** One is computed, one is decoded, one is being filled. */
    private static final int BUFFERS = 3;

    private final Predictor predictor;
    private final Iterator<Path> pictures;
    private final BooleanSupplier listWaits;
    private final Workers workers = new Workers("graft-decode");
    private final ThreadPoolExecutor decoders;
    private final List<PictureRows> buffers = new ArrayList<>();
    private final Deque<PictureRows> free = new ArrayDeque<>();
    private final Deque<PredictionBatch> ahead = new ArrayDeque<>();
    private Iterator<Answer> ready = List.<Answer>of().iterator();
    private int nextSize = 1;
    private RuntimeException listFailed;
    private boolean closed;

    PredictionStream(Predictor predictor, Iterator<Path> pictures, BooleanSupplier listWaits) {
        this.predictor = predictor;
        this.pictures = pictures;
        this.listWaits = listWaits;
        int threads = Threads.decoders();
        decoders = new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), workers);
        decoders.prestartAllCoreThreads();
    }

    /**
     * Whether there is another answer. Waits for it.
     *
     * @throws UncheckedIOException with an {@link InterruptedIOException} when this thread is interrupted; its flag
     *     stays set
     * @throws OutOfMemoryException when there is not enough memory
     * @throws IllegalStateException when the predictor is closed, or when the JVM is exiting and accepts no more work
     * @throws RuntimeException that the list of pictures threw, after the answers for the pictures before
     */
    @Override
    public boolean hasNext() {
        if (ready.hasNext()) return true;
        if (closed) return false;
        try {
            fillAhead();
            PredictionBatch first = ahead.poll();
            if (first == null) {
                close();
                if (listFailed != null) throw listFailed;
                return false;
            }
            try {
                ready = await(first);
            } finally {
                free.add(first.rows());
            }
            return true;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** The next answer. Throws as {@link #hasNext} does, and {@link NoSuchElementException} after the last one. */
    @Override
    public Answer next() {
        if (!hasNext()) throw new NoSuchElementException("predictor: the stream has ended");
        return ready.next();
    }

    private void fillAhead() {
        while (ahead.size() < BUFFERS && (ahead.isEmpty() || !listWaits.getAsBoolean())) {
            List<Path> some = take(nextSize);
            if (some.isEmpty()) return;
            Calls.Call call = predictor.begin();
            nextSize = call.network().batchSize();
            try {
                PictureRows rows = buffer(call.network(), Math.max(some.size(), nextSize));
                ahead.add(predictor.start(some, rows, decoders, call));
            } catch (RuntimeException | Error e) {
                call.close();
                throw e;
            }
        }
    }

    private List<Path> take(int most) {
        List<Path> some = new ArrayList<>(most);
        try {
            while (listFailed == null && some.size() < most) {
                if (!some.isEmpty() && listWaits.getAsBoolean() || !pictures.hasNext()) break;
                some.add(Objects.requireNonNull(pictures.next(), "pictures: an element is null; give only files"));
            }
        } catch (RuntimeException e) {
            listFailed = e;
        }
        return some;
    }

    private PictureRows buffer(ReadyNetwork network, int pictures) {
        while (!free.isEmpty()) {
            PictureRows rows = free.remove();
            if (network.owns(rows)) return rows;
            buffers.remove(rows); // the model was replaced
            rows.close();
        }
        buffers.add(network.rows(pictures));
        return buffers.get(buffers.size() - 1);
    }

    private static Iterator<Answer> await(PredictionBatch batch) {
        try {
            if (Thread.interrupted()) throw new InterruptedException(); // also if no wait is necessary
            return batch.answers().get().iterator();
        } catch (InterruptedException e) {
            batch.abandon();
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(
                    new InterruptedIOException("predictor: interrupted while it waited for an answer"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) throw error;
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw new IllegalStateException("predictor: a batch failed: " + e.getCause(), e.getCause());
        }
    }

    /** Skips the pictures that are not decoded yet, waits for the others, and frees the buffers. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        ahead.forEach(PredictionBatch::abandon);
        ahead.clear();
        workers.end(decoders);
        buffers.forEach(PictureRows::close);
    }
}
