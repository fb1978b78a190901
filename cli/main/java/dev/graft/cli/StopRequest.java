package dev.graft.cli;

import dev.graft.torch.ExitGuard;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Turns Ctrl-C and SIGTERM into a stop request: the JVM exits only after the run has finished its step and written its
 * checkpoint. The exit status is then that of the signal (130 or 143).
 */
final class StopRequest implements BooleanSupplier, AutoCloseable {
    private static final long PATIENCE_MINUTES = 5;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::request, "graft-stop");
    /** Also covers the work after training: saving files and classifying pictures. */
    private final ExitGuard.Work work = ExitGuard.begin();

    private volatile boolean requested;

    StopRequest() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void request() {
        requested = true;
        asked.countDown();
        try {
            done.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean getAsBoolean() {
        return requested;
    }

    /** Waits for the request. An interrupt of the thread ends the wait too. */
    void await() {
        try {
            asked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the request for a while, and tells whether it has come. An interrupt of the thread counts as one. */
    boolean await(Duration longest) {
        try {
            return asked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the request: the exit of the JVM need not wait any more. */
    @Override
    public void close() {
        work.close();
        done.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                requested = true; // the exit has just started: the hook finds the latch open
            }
        }
    }
}
