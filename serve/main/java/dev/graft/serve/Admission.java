package dev.graft.serve;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read and computed at once, and refuses what is too much. Thread-safe. */
final class Admission {
    private static final int SHARE_OF_HEAP = 4;

    private final ServeLimits limits;
    private final Semaphore requests;
    private final Semaphore pictures;
    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();

    /** The place of a request, and the memory that it takes. Whoever is first gives all of it back, once. Thread-safe. */
    final class Place implements AutoCloseable {
        private long held;
        private boolean closed;

        /** Takes memory for the body or a copy of it, or throws a {@link Problem}. */
        synchronized void take(long count) {
            if (closed) throw Problem.busy("the request is over");
            reserve(count);
            held += count;
        }

        /** Gives a part of it back. */
        synchronized void give(long count) {
            if (closed) return;
            held -= count;
            free(count);
        }

        /** Gives the memory back, not the place. */
        synchronized void giveAll() {
            give(held);
        }

        @Override
        public synchronized void close() {
            if (closed) return;
            closed = true;
            free(held);
            requests.release();
        }
    }

    Admission(ServeLimits limits) {
        this.limits = limits;
        this.requests = new Semaphore(limits.requests());
        this.pictures = new Semaphore(limits.queue());
        this.mostBytes = mostBytes(limits.bodyBytes(), Runtime.getRuntime().maxMemory());
    }

    /** A share of the heap; at least the room for the largest body and its copy, or it would never be taken. */
    static long mostBytes(long body, long heap) {
        return Math.max(2 * body, heap / SHARE_OF_HEAP);
    }

    /** Takes the place of a request. */
    Place enter() {
        if (!requests.tryAcquire())
            throw Problem.busy("the server works on " + limits.requests() + " requests, and takes no more at once");
        try {
            return new Place();
        } catch (OutOfMemoryError e) {
            requests.release();
            throw e;
        }
    }

    /** Takes the places of a request's pictures, all or none; {@link #answered} gives one back. */
    void queue(int count) {
        if (!pictures.tryAcquire(count))
            throw Problem.busy(
                    "the server has " + queued() + " pictures to answer, and takes " + limits.queue() + " at most");
    }

    void answered() {
        pictures.release();
    }

    int queued() {
        return limits.queue() - pictures.availablePermits();
    }

    private void reserve(long count) {
        if (bytes.addAndGet(count) <= mostBytes) return;
        free(count);
        throw Problem.busy("the bodies and answers of all requests together take more memory than the server has");
    }

    /** Counts memory that is taken already, which {@link #free} gives back: there is less for bodies meanwhile. */
    void add(long count) {
        bytes.addAndGet(count);
    }

    void free(long count) {
        bytes.addAndGet(-count);
    }

    long bytes() {
        return bytes.get();
    }
}
