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

    Admission(ServeLimits limits) {
        this.limits = limits;
        this.requests = new Semaphore(limits.requests());
        this.pictures = new Semaphore(limits.queue());
        this.mostBytes = Math.max(limits.bodyBytes(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Takes the place of a request, which {@link #leave} gives back. */
    void enter() {
        if (!requests.tryAcquire())
            throw Problem.busy("the server works on " + limits.requests() + " requests, and takes no more at once");
    }

    void leave() {
        requests.release();
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

    /** Takes memory for bodies, which {@link #free} gives back. */
    void reserve(long count) {
        if (bytes.addAndGet(count) <= mostBytes) return;
        free(count);
        throw Problem.busy("the bodies of all requests together take more memory than the server has");
    }

    void free(long count) {
        bytes.addAndGet(-count);
    }

    long bytes() {
        return bytes.get();
    }
}
