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
 * Reads pictures ahead of the training thread. A fixed pool of workers decodes into a fixed ring of host buffers, which
 * are reused in every epoch. Owns native memory: close it.
 *
 * <p>Used by one thread, which also closes it. A worker's failure is thrown to this thread, at the batch it belongs to,
 * with the file's name. The order of the batches never depends on the workers.
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
    private KeptPixels kept; // null: off

    /**
     * Makes the workers and the buffers.
     *
     * @param batchSize at least 1
     * @param workers decoding threads, at least 1
     * @throws dev.graft.torch.OutOfMemoryException when there is no memory for the buffers of three batches
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
        // One in use on the device, one ready, one being filled: decoders stay two steps ahead.
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
     * Caches the pixels of these lists of samples (not of views), so that a second stream of the same list object need
     * not read the files. Call it at most once, before the first stream.
     *
     * @throws IOException when the folder for the temporary file does not exist or is not writable
     * @throws dev.graft.torch.OutOfMemoryException when there is not enough memory
     */
    public void keep(PixelCache cache, List<List<Sample>> lists) throws IOException {
        if (kept != null) throw new IllegalStateException("loader: already caches pixels; make a new one");
        if (cache.mostBytes() >= pictureBytes) kept = new KeptPixels(cache, pictureBytes, lists);
    }

    /** Whether {@link #keep} was called and the cache has room for at least one picture. */
    public boolean keepsPixels() {
        return kept != null;
    }

    /**
     * Streams samples in batches, in the given order; the last batch may be smaller. Close the stream before you open
     * another one.
     *
     * @param order indices into {@code samples}, already shuffled
     * @param firstBatch how many batches of this order to skip, for a resumed run
     * @throws IllegalStateException while another stream is open, or after {@link #close}
     */
    public BatchStream stream(List<Sample> samples, int[] order, int firstBatch) {
        return stream(samples, order, firstBatch, Optional.empty());
    }

    /** The same for one view of each picture; empty for no augmentation. */
    public BatchStream stream(List<Sample> samples, int[] order, int firstBatch, Optional<SeededView> view) {
        return stream(samples, order, firstBatch, view, new Portion(batchSize, false));
    }

    /** The same in batches of another size. */
    public BatchStream stream(
            List<Sample> samples, int[] order, int firstBatch, Optional<SeededView> view, Portion portion) {
        if (workers.isShutdown()) throw new IllegalStateException("loader: used after close; make a new one");
        Objects.checkIndex(portion.size() - 1, batchSize);
        if (open != null && open.isOpen()) {
            throw new IllegalStateException("loader: the earlier stream is still open; close it first");
        }
        if (firstBatch < 0)
            throw new IllegalArgumentException("loader: the first batch must be 0 or later, was " + firstBatch);
        for (int sample : order) {
            Objects.checkIndex(sample, samples.size());
        }
        open = new BatchStream(this, samples, order, firstBatch, view, portion);
        return open;
    }

    /** The pictures skipped so far with {@link Unreadable#SKIP}: file to reason, sorted by name. */
    public SortedMap<String, String> skipped() {
        return Collections.unmodifiableSortedMap(skipped);
    }

    /**
     * Decodes all pictures in the workers, to report all that cannot be read at once. No stream may be open.
     *
     * @throws UnreadableException with these pictures; the search ends after 100
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
            throw new InterruptedIOException("loader: interrupted while it searched for unreadable pictures");
        } catch (ExecutionException e) {
            throw new IllegalStateException("loader: a worker failed: " + e.getCause(), e.getCause());
        }
        if (!found.isEmpty()) throw new UnreadableException(found, samples.size(), next.get() < samples.size());
    }

    /** Pictures in a full batch. */
    public int batchSize() {
        return batchSize;
    }

    /**
     * A free buffer, from which no copy is running.
     *
     * @param wait whether to wait for a running copy; only if there is nothing else to do
     * @return null if no buffer is free
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

    /** The cache number of a list's first picture; null if the list is not cached. */
    Integer firstKept(List<Sample> samples) {
        return kept == null ? null : kept.first(samples);
    }

    /**
     * Puts a picture into a row; returns the reason if it cannot be read, else null. Runs in a worker.
     *
     * @param number its cache number; null if it is not cached, as for views
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

    /** Decodes a picture into a slot; returns the reason if it cannot be read, else null. */
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

    /** Closes the open stream, waits until the workers have finished their pictures, and frees the buffers. */
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
