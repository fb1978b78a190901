package dev.graft.batch;

import dev.graft.data.Sample;
import dev.graft.image.PictureReader;
import dev.graft.image.Preprocessing;
import dev.graft.image.augment.SeededView;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/**
 * Reads pictures ahead of the training thread: a small fixed pool of workers decodes into a fixed ring of host buffers,
 * which are made once and used again in every epoch.
 *
 * <p>One thread consumes; the loader is closed by it too. A worker's failure appears in the consumer, at the batch that
 * it belongs to, with the file's name. The order of the batches never depends on the workers.
 */
public final class BatchLoader implements AutoCloseable {
    private static final int MOST_NAMED = 100;

    private final PictureReader reader;
    private final boolean floats;
    private final int pictureBytes;
    private final Unreadable policy;
    private final int batchSize;
    private final int threads;
    private final ExecutorService workers;
    private final Staging staging;
    private final List<Tensor> buffers = new ArrayList<>();
    private final Deque<Tensor> free = new ArrayDeque<>();
    private final ConcurrentSkipListMap<String, String> skipped = new ConcurrentSkipListMap<>();
    private BatchStream open;
    private KeptPixels kept; // null: none are

    /**
     * Makes the workers and the buffers.
     *
     * @param batchSize at least 1
     * @param workers decoding threads, at least 1
     * @throws dev.graft.torch.OutOfMemoryException when there is no room for the buffers: three batches
     */
    public BatchLoader(Preprocessing preprocessing, Staging staging, int batchSize, int workers, Unreadable policy) {
        if (batchSize < 1 || workers < 1)
            throw new IllegalArgumentException(
                    "loader: batch size and workers must be at least 1, were " + batchSize + " and " + workers);
        this.reader = new PictureReader(preprocessing);
        this.staging = staging;
        this.floats = staging.normalisedOnHost();
        this.pictureBytes = staging.pictureBytes();
        this.policy = policy;
        this.batchSize = batchSize;
        this.threads = workers;
        this.workers = Executors.newFixedThreadPool(workers, task -> {
            Thread t = new Thread(task, "graft-decode");
            t.setDaemon(true);
            return t;
        });
        // One on the device's side, one ready, one being filled: a decoder keeps two steps ahead.
        try {
            for (int i = 0; i < 3; i++) {
                buffers.add(staging.hostBuffer(batchSize));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        free.addAll(buffers);
    }

    /**
     * Keeps the pixels of these lists of samples, not of their views, from now on, so that a second stream of one of them, the same list object,
     * need not read the files. Once for each loader, before the first stream.
     *
     * @throws IOException when there is no folder for the temporary file, or none can be made there
     * @throws dev.graft.torch.OutOfMemoryException when there is not as much memory
     */
    public void keep(PixelCache cache, List<List<Sample>> lists) throws IOException {
        if (kept != null) {
            throw new IllegalStateException("loader: keeps pixels already; make a new one");
        }
        if (cache.mostBytes() >= pictureBytes) {
            kept = new KeptPixels(cache, pictureBytes, lists);
        }
    }

    /** Whether {@link #keep} was called, and found room for a picture. */
    public boolean keepsPixels() {
        return kept != null;
    }

    /**
     * Streams the samples in the given order, in batches; the last may be smaller. One stream at a time: the one before
     * must have been closed.
     *
     * @param order indices into {@code samples}, already shuffled as wanted
     * @param firstBatch how many batches of that order to leave out, for a run that goes on in the middle
     * @throws IllegalStateException while another stream is open, or after {@link #close}
     */
    public BatchStream stream(List<Sample> samples, int[] order, int firstBatch) {
        return stream(samples, order, firstBatch, Optional.empty());
    }

    /** The same for one of each picture's views; empty for the pictures as they are. */
    public BatchStream stream(List<Sample> samples, int[] order, int firstBatch, Optional<SeededView> view) {
        if (workers.isShutdown()) {
            throw new IllegalStateException("loader: used after close; make a new one");
        }
        if (open != null && open.isOpen()) {
            throw new IllegalStateException("loader: the stream before is still open; close it first");
        }
        if (firstBatch < 0)
            throw new IllegalArgumentException("loader: the first batch must be 0 or later, was " + firstBatch);
        for (int sample : order) {
            Objects.checkIndex(sample, samples.size());
        }
        open = new BatchStream(this, samples, order, firstBatch, view);
        return open;
    }

    /** The pictures left out so far under {@link Unreadable#SKIP}: file to reason, by name. */
    public SortedMap<String, String> skipped() {
        return Collections.unmodifiableSortedMap(skipped);
    }

    /**
     * Looks for all pictures that cannot be read, for a message that names them in one go: decodes each, in the workers. No stream may
     * be open.
     *
     * @throws UnreadableException naming them; it ends looking once it has found 100
     */
    public void requireReadable(List<Sample> samples) throws IOException {
        SortedMap<String, String> found = new ConcurrentSkipListMap<>();
        AtomicInteger next = new AtomicInteger();
        Callable<Void> look = () -> {
            try (BytePointer memory = new BytePointer((long) pictureBytes)) {
                int i;
                while (found.size() < MOST_NAMED && (i = next.getAndIncrement()) < samples.size()) {
                    Path file = samples.get(i).file();
                    IOException why = decode(file, Optional.empty(), memory.asByteBuffer());
                    if (why != null) found.put(file.toString(), String.valueOf(why.getMessage()));
                }
                return null;
            }
        };
        try {
            for (Future<Void> end : workers.invokeAll(Collections.nCopies(threads, look))) end.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("loader: interrupted while it looked for pictures that cannot be read");
        } catch (ExecutionException e) {
            throw new IllegalStateException("loader: a worker failed: " + e.getCause(), e.getCause());
        }
        if (!found.isEmpty()) throw new UnreadableException(found, samples.size(), next.get() < samples.size());
    }

    /** Pictures of a whole batch. */
    public int batchSize() {
        return batchSize;
    }

    /**
     * A buffer to fill, from which no copy is under way.
     *
     * @param wait whether to wait for such a copy rather than go without; only when there is nothing else to do
     * @return null when there is none
     */
    Tensor takeBuffer(boolean wait) {
        Optional<Tensor> ready = free.stream().filter(staging::isThrough).findFirst();
        if (ready.isEmpty() && wait && !free.isEmpty()) {
            staging.await(free.peek()); // waits for the device: the oldest copy of all
            ready = Optional.of(free.peek());
        }
        ready.ifPresent(free::remove);
        return ready.orElse(null);
    }

    void giveBack(Tensor buffer) {
        free.add(buffer);
    }

    ExecutorService workers() {
        return workers;
    }

    /** The number that a list's first picture is kept under; null where none are. */
    Integer firstKept(List<Sample> samples) {
        return kept == null ? null : kept.first(samples);
    }

    /**
     * Puts a picture into a row, or says why not. Runs in a worker.
     *
     * @param number that it is kept under; null where it is not, as a view never is
     */
    IOException read(Sample sample, Optional<SeededView> view, Integer number, Tensor buffer, int row) {
        ByteBuffer slot = slot(buffer, row);
        if (number == null) {
            return readFile(sample, view, slot);
        }
        IOException refusal = kept.refusal(number);
        if (refusal != null) {
            return noted(sample, refusal);
        }
        if (kept.get(number, slot)) {
            return null;
        }
        refusal = readFile(sample, view, slot.duplicate());
        if (refusal != null) {
            return kept.refuse(number, refusal);
        }
        kept.put(number, slot.duplicate());
        return null;
    }

    private IOException readFile(Sample sample, Optional<SeededView> view, ByteBuffer slot) {
        IOException why = decode(sample.file(), view, slot);
        return why == null ? null : noted(sample, why);
    }

    /** Puts a picture's pixels into a slot; returns why not, null when they are there. */
    private IOException decode(Path file, Optional<SeededView> view, ByteBuffer slot) {
        try {
            if (floats) {
                reader.readFloats(
                        file, view, slot.order(ByteOrder.nativeOrder()).asFloatBuffer());
            } else {
                reader.readBytes(file, view, slot);
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private IOException noted(Sample sample, IOException why) {
        if (policy == Unreadable.SKIP) {
            skipped.put(sample.file().toString(), String.valueOf(why.getMessage()));
        }
        return why;
    }

    /** The bytes of one row of a buffer. */
    ByteBuffer slot(Tensor buffer, int row) {
        long start = (long) row * pictureBytes;
        return new BytePointer(buffer.data_ptr())
                .getPointer(start)
                .capacity(pictureBytes)
                .asByteBuffer();
    }

    boolean skips() {
        return policy == Unreadable.SKIP;
    }

    /** Closes the stream that is open, stops the workers when they are done with their pictures, and frees the buffers. */
    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
        workers.shutdown();
        boolean interrupted = false;
        while (!workers.isTerminated()) {
            try {
                workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        buffers.forEach(Tensor::close);
        buffers.clear();
        free.clear();
        if (kept != null) {
            kept.close();
        }
    }
}
