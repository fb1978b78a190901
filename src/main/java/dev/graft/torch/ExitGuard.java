package dev.graft.torch;

import dev.graft.files.AtExit;
import dev.graft.files.Lasting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes the JVM's exit wait for running computations. LibTorch's static destructors free code that may still be
 * running, which would crash the process.
 *
 * <p>On exit, running work finishes. New work is accepted until nothing runs. While a service is open, it is accepted
 * until nothing has run for half a second: requests that a web server accepted before it stopped may still arrive.
 * After ten seconds at most, new work is refused, because a loop never stops by itself. The exit waits for a minute at
 * most, then only for calls that are inside LibTorch at that moment, see {@link #enter}. If nothing runs and no service
 * is open, it does not wait at all.
 *
 * <p>Thread-safe.
 */
public final class ExitGuard {
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final Duration ACCEPTS = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Exit EXIT = new Exit(QUIET, ACCEPTS, PATIENCE);
    private static boolean watched;
    private static volatile boolean clockStarted;

    private ExitGuard() {}

    /** Work that an exit waits for. */
    public static final class Work implements AutoCloseable {
        private final Exit exit;
        private final Thread thread = Thread.currentThread();

        Work(Exit exit) {
            this.exit = exit;
        }

        Thread thread() {
            return thread;
        }

        /**
         * Call it between the parts of long work.
         *
         * @throws IllegalStateException when the JVM is about to end and new work is refused
         */
        public void goOn() {
            exit.requireAccepting();
        }

        /** Ends the work. */
        @Override
        public void close() {
            exit.end(this);
        }
    }

    /** An open service, which may get new work. */
    public static final class Service implements AutoCloseable {
        private final Exit exit;

        Service(Exit exit) {
            this.exit = exit;
        }

        /** Ends the service: it gets no more work. What it has freed goes back to the system. */
        @Override
        public void close() {
            exit.end(this);
            if (!exit.hasBegun()) FreedMemory.giveBack();
        }
    }

    /**
     * Begins work of this thread; close it when it ends. If this thread itself calls {@code System.exit}, the exit does
     * not wait for it.
     *
     * @throws IllegalStateException when the JVM is about to end and new work is refused
     */
    public static Work begin() {
        watch();
        return EXIT.begin();
    }

    /** Opens a service; close it when it ends. */
    public static Service serve() {
        watch();
        Lasting.apart(ExitGuard::startClock);
        return EXIT.serve();
    }

    /** Java's thread for deadlines of futures would keep the application that sets the first one. */
    private static void startClock() {
        if (clockStarted) return;
        clockStarted = true;
        CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS, Runnable::run)
                .execute(() -> {});
    }

    /** A call inside LibTorch that is part of accepted work. */
    public static final class Part implements AutoCloseable {
        private Part() {}

        /** Ends the part. */
        @Override
        public void close() {
            EXIT.leave();
        }
    }

    /**
     * Begins a part of accepted work, just before it enters LibTorch; close it when it ends.
     *
     * @throws IllegalStateException when the exit has waited its full time: LibTorch may already be unloading
     */
    public static Part enter() {
        EXIT.enter();
        return new Part();
    }

    /** Whether the JVM has begun to exit: long work should end soon. */
    public static boolean exiting() {
        return EXIT.hasBegun();
    }

    private static synchronized void watch() {
        if (watched) return;
        watched = true;
        try {
            AtExit.waiting(EXIT::await);
        } catch (IllegalStateException e) { // the exit has already begun, too late for a hook
            EXIT.refuse();
        }
    }
}
