package dev.graft.torch;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes the JVM's exit wait for work that is under way in LibTorch: its static destructors free code that may be running, which
 * crashes the process. Once an exit has begun, work that is under way ends, other work may still begin while it does, for a
 * service drains; when none is left, no more begins.
 *
 * <p>Any thread.
 */
public final class ExitGuard {
    /** How long an exit waits at most. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Object LOCK = new Object();
    private static final Set<Work> WORKING = new HashSet<>();
    private static volatile boolean exiting;
    private static boolean watched;
    private static boolean closed;

    private ExitGuard() {}

    /** Work that an exit waits for. */
    public static final class Work implements AutoCloseable {
        private final Thread thread = Thread.currentThread();

        private Work() {}

        /** One that asked for the exit itself, from a listener for instance, stands still in it. */
        private boolean goesOn() {
            return Arrays.stream(thread.getStackTrace())
                    .noneMatch(f -> f.getClassName().equals("java.lang.Shutdown"));
        }

        /** The work has ended. */
        @Override
        public void close() {
            synchronized (LOCK) {
                WORKING.remove(this);
                LOCK.notifyAll();
            }
        }
    }

    /**
     * Begins work of this thread; close it where it ends.
     *
     * @throws IllegalStateException when the JVM is about to end
     */
    public static Work begin() {
        synchronized (LOCK) {
            if (!watched) {
                watched = true;
                try {
                    Runtime.getRuntime().addShutdownHook(new Thread(ExitGuard::await, "graft-exit"));
                } catch (IllegalStateException e) { // the exit has begun already
                    closed = true;
                }
            }
            if (closed) {
                throw new IllegalStateException(
                        "torch: the JVM is exiting, nothing new is computed; end what calls first");
            }
            Work work = new Work();
            WORKING.add(work);
            return work;
        }
    }

    /** Whether the JVM has begun to exit: what takes long should end soon. */
    public static boolean exiting() {
        return exiting;
    }

    private static void await() {
        exiting = true;
        long end = System.nanoTime() + PATIENCE_NANOS;
        synchronized (LOCK) {
            while (WORKING.stream().anyMatch(Work::goesOn) && System.nanoTime() < end) {
                try {
                    LOCK.wait(100);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
            closed = true;
        }
    }
}
