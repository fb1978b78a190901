package dev.graft.torch;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The state of an exit, see {@link ExitGuard}: running work, open services, and whether new work is refused.
 * Thread-safe.
 */
final class Exit {
    /** How often to look for threads that called {@code System.exit} and now block: they send no signal. */
    private static final long LOOK_MILLIS = 50;

    /** How long to wait for calls inside LibTorch after {@code patience} is over: a batch takes less. */
    private static final long LAST_PART_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long quiet;
    private final long accepts;
    private final long patience;
    private final Set<ExitGuard.Work> working = new HashSet<>();
    private final Set<ExitGuard.Service> services = new HashSet<>();
    private volatile boolean begun;
    private boolean refuses;
    private boolean over;
    private int inside;
    private long quietSince;

    /**
     * All times count from the begin of the exit.
     *
     * @param quiet open services are expected to bring no more work if nothing has run for this time; it counts from
     *     the end of the last work if that is later
     * @param accepts new work is accepted for this time at most
     * @param patience the exit waits for running work for this time at most
     */
    Exit(Duration quiet, Duration accepts, Duration patience) {
        this.quiet = quiet.toNanos();
        this.accepts = accepts.toNanos();
        this.patience = patience.toNanos();
    }

    synchronized ExitGuard.Work begin() {
        requireAccepting();
        ExitGuard.Work work = new ExitGuard.Work(this);
        working.add(work);
        return work;
    }

    synchronized ExitGuard.Service serve() {
        ExitGuard.Service service = new ExitGuard.Service(this);
        services.add(service);
        return service;
    }

    synchronized void end(ExitGuard.Work work) {
        if (working.remove(work)) quietSince = System.nanoTime();
        notifyAll();
    }

    synchronized void end(ExitGuard.Service service) {
        services.remove(service);
        notifyAll();
    }

    synchronized void requireAccepting() {
        if (refuses) {
            throw new IllegalStateException(
                    "torch: the JVM is exiting and accepts no new work; stop the callers before the exit");
        }
    }

    synchronized void refuse() {
        refuses = true;
        over = true;
    }

    /** Call it before accepted work enters LibTorch, and {@link #leave} after it. */
    synchronized void enter() {
        if (over) throw new IllegalStateException("torch: the JVM ends now; the accepted work took too long");
        inside++;
    }

    synchronized void leave() {
        inside--;
        notifyAll();
    }

    boolean hasBegun() {
        return begun;
    }

    /** Called by the shutdown hook: begins the exit, and returns when the JVM may end. */
    synchronized void await() {
        begun = true;
        long start = System.nanoTime();
        quietSince = start;
        try {
            while (isWorking() ? passed(start) < patience : expectsMore()) {
                refuses = passed(start) >= accepts;
                wait(LOOK_MILLIS);
            }
            refuse();
            long end = System.nanoTime();
            while (inside > 0 && passed(end) < LAST_PART_NANOS) wait(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refuse();
    }

    private boolean isWorking() {
        return working.stream().anyMatch(w -> !standsStill(w.thread()));
    }

    /** Whether a thread called {@code System.exit} itself, for instance in a listener: that call never returns. */
    private static boolean standsStill(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(f -> f.getClassName().equals("java.lang.Shutdown"));
    }

    private boolean expectsMore() {
        return !refuses && !services.isEmpty() && passed(quietSince) < quiet;
    }

    private static long passed(long since) {
        return System.nanoTime() - since;
    }
}
