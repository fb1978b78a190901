package dev.graft.torch;

import dev.graft.files.AtExit;
import java.time.Duration;

/**
 * Makes the JVM's exit wait for what is being computed: LibTorch's static destructors free code that may be running, which
 * crashes the process.
 *
 * <p>On exit, running work finishes. New work is accepted until nothing runs, and while a service is open until nothing has
 * run for half a second, for what a web server took in before it stopped is still on its way; ten seconds at most, for a loop
 * never stops by itself. Then new work is refused. The exit waits a minute at most, then only for what is inside LibTorch at that
 * moment, see {@link #enter}. Where nothing runs and no service is open, it does not wait at all.
 *
 * <p>Any thread.
 */
public final class ExitGuard {
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final Duration ACCEPTS = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Exit EXIT = new Exit(QUIET, ACCEPTS, PATIENCE);
    private static boolean watched;

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
         * To be called between the parts of long work.
         *
         * @throws IllegalStateException when the JVM is about to end and new work is refused
         */
        public void goOn() {
            exit.requireAccepting();
        }

        /** The work has ended. */
        @Override
        public void close() {
            exit.end(this);
        }
    }

    /** Something open to which work may come. */
    public static final class Service implements AutoCloseable {
        private final Exit exit;

        Service(Exit exit) {
            this.exit = exit;
        }

        /** No more work comes. */
        @Override
        public void close() {
            exit.end(this);
        }
    }

    /**
     * Begins work of this thread; close it where it ends. An exit that the same thread asks for does not wait for it.
     *
     * @throws IllegalStateException when the JVM is about to end and new work is refused
     */
    public static Work begin() {
        watch();
        return EXIT.begin();
    }

    /** Opens a service; close it where it ends. */
    public static Service serve() {
        watch();
        return EXIT.serve();
    }

    /** A part of accepted work that is inside LibTorch. */
    public static final class Part implements AutoCloseable {
        private Part() {}

        /** The part has ended. */
        @Override
        public void close() {
            EXIT.leave();
        }
    }

    /**
     * Begins a part of accepted work that others wait for, just before it enters LibTorch; close it where it ends.
     *
     * @throws IllegalStateException when the exit has lost its patience: LibTorch may be going already
     */
    public static Part enter() {
        EXIT.enter();
        return new Part();
    }

    /** Whether the JVM has begun to exit: what takes long should end soon. */
    public static boolean exiting() {
        return EXIT.hasBegun();
    }

    private static synchronized void watch() {
        if (watched) return;
        watched = true;
        try {
            AtExit.waiting(EXIT::await);
        } catch (IllegalStateException e) { // the exit has begun already: it waits for nobody any more
            EXIT.refuse();
        }
    }
}
