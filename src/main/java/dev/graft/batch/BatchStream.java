package dev.graft.batch;

import dev.graft.data.Sample;
import dev.graft.image.augment.SeededView;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Tensor;

/** One pass over samples in batches. Used and closed by one thread; see {@link BatchLoader}. */
public final class BatchStream implements AutoCloseable {
    /** A batch that the workers are filling. */
    private record Pending(Tensor buffer, int start, List<Future<IOException>> rows) {}

    private final BatchLoader loader;
    private final List<Sample> samples;
    private final int[] order;
    private final Optional<SeededView> view;
    private final Portion portion;
    private final Integer firstKept;
    private final Deque<Pending> ahead = new ArrayDeque<>();
    private int nextStart;
    private int taken;
    private Tensor onLoan;
    private long waited;
    private boolean begun;
    private volatile boolean abandoned;

    BatchStream(
            BatchLoader loader,
            List<Sample> samples,
            int[] order,
            int firstBatch,
            Optional<SeededView> view,
            Portion portion) {
        this.loader = loader;
        this.samples = samples;
        this.order = order;
        this.view = view;
        this.portion = portion;
        this.firstKept = view.isEmpty() ? loader.firstKept(samples) : null;
        this.taken = firstBatch;
        this.nextStart = (int) Math.min(order.length, (long) firstBatch * portion.size());
        fillAhead();
    }

    /**
     * The next batch, or null after the last. The batch before becomes invalid.
     *
     * @throws IOException with the picture that could not be read, unless such pictures are skipped
     * @throws IllegalStateException after {@link #close}
     */
    public HostBatch next() throws IOException {
        if (abandoned) {
            throw new IllegalStateException("loader: this stream is closed; open a new one");
        }
        while (true) {
            if (onLoan != null) {
                loader.giveBack(onLoan);
                onLoan = null;
            }
            fillAhead();
            Pending p = ahead.poll();
            if (p == null) {
                return null;
            }
            onLoan = p.buffer();
            taken++;
            long start = System.nanoTime();
            HostBatch batch = collect(p);
            waited += begun ? System.nanoTime() - start : 0;
            begun = true;
            if (batch.size() > 0 || portion.keepsEmpty()) {
                return batch;
            }
        }
    }

    /** The number of batches taken so far, including those without a readable picture. */
    public int taken() {
        return taken;
    }

    /** Nanoseconds that {@link #next} has waited for pictures, without the first batch, which cannot be ready. */
    public long waitedNanos() {
        return waited;
    }

    private void fillAhead() {
        while (nextStart < order.length) {
            Tensor buffer = loader.takeBuffer(ahead.isEmpty());
            if (buffer == null) {
                return;
            }
            int count = Math.min(portion.size(), order.length - nextStart);
            List<Future<IOException>> rows = new ArrayList<>(count);
            for (int row = 0; row < count; row++) {
                int index = order[nextStart + row];
                Sample sample = samples.get(index);
                Integer number = firstKept == null ? null : firstKept + index;
                int slot = row;
                rows.add(loader.workers()
                        .submit(() -> abandoned ? null : loader.read(sample, view, number, buffer, slot)));
            }
            ahead.add(new Pending(buffer, nextStart, rows));
            nextStart += count;
        }
    }

    /** Waits for every row of a batch. Rows that could not be read are removed, or the first of them is thrown. */
    private HostBatch collect(Pending p) throws IOException {
        IOException[] failures = awaitAll(p);
        int count = failures.length;
        long[] labels = new long[count];
        int[] indices = new int[count];
        int size = 0;
        for (int row = 0; row < count; row++) {
            if (failures[row] == null) {
                if (size < row) {
                    loader.slot(p.buffer(), size).put(loader.slot(p.buffer(), row));
                }
                indices[size] = order[p.start() + row];
                labels[size] = label(samples.get(indices[size]));
                size++;
            } else if (!loader.skips()) {
                throw failures[row];
            }
        }
        return new HostBatch(p.buffer(), labels, indices, size);
    }

    private static int label(Sample sample) {
        return sample.labels().size() == 1 ? sample.label() : -1;
    }

    /** Waits for all workers of a batch: afterwards none uses the buffer, even if this throws. */
    private static IOException[] awaitAll(Pending p) throws IOException {
        IOException[] failures = new IOException[p.rows().size()];
        Throwable bug = null;
        boolean interrupted = Thread.interrupted(); // also if no wait is necessary
        for (int row = 0; row < failures.length; ) {
            try {
                failures[row] = p.rows().get(row).get();
                row++;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                bug = bug == null ? e.getCause() : bug;
                row++;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("loader: interrupted while waiting for pictures");
        }
        if (bug instanceof UncheckedIOException e) {
            throw e.getCause();
        }
        if (bug instanceof Error error) {
            throw error;
        }
        if (bug != null) {
            throw new IllegalStateException("loader: a worker failed: " + bug, bug);
        }
        return failures;
    }

    boolean isOpen() {
        return !abandoned;
    }

    /** Lets the workers skip the remaining pictures, waits for them, and returns every buffer. */
    @Override
    public void close() {
        abandoned = true;
        for (Pending p : ahead) {
            try {
                awaitAll(p);
            } catch (IOException | IllegalStateException e) {
                System.getLogger("dev.graft").log(System.Logger.Level.DEBUG, "loader: an abandoned batch failed", e);
            }
            loader.giveBack(p.buffer());
        }
        ahead.clear();
        if (onLoan != null) {
            loader.giveBack(onLoan);
            onLoan = null;
        }
    }
}
