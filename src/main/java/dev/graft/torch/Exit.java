package dev.graft.torch;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How an exit goes, see {@link ExitGuard}: what runs, what is open, and from when on new work is refused. Any thread. */
final class Exit {
    /** A thread that comes to stand still in the exit tells nobody. */
    private static final long LOOK_MILLIS = 50;

    /** Once patience is over, for the part that is inside LibTorch: a batch takes less. */
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
     * Three times, each from the exit's beginning.
     *
     * @param quiet how long nothing has run when no more work is expected of open services; from the last work's end, if that
     *     is later
     * @param accepts how long new work is accepted at most
     * @param patience how long it waits at most
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
            throw new IllegalStateException("torch: the JVM is exiting, nothing new is computed; end what calls first");
        }
    }

    synchronized void refuse() {
        refuses = true;
        over = true;
    }

    /** Before a part of accepted work enters LibTorch; {@link #leave} comes after it. */
    synchronized void enter() {
        if (over) throw new IllegalStateException("torch: the JVM ends now, what was accepted took too long");
        inside++;
    }

    synchronized void leave() {
        inside--;
        notifyAll();
    }

    boolean hasBegun() {
        return begun;
    }

    /** The exit's part: begins it, and returns when the JVM may end. */
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

    /** One that asked for the exit itself, from a listener for instance, never comes back from there. */
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
