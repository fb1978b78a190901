package dev.graft.cli;

import dev.graft.torch.ExitGuard;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Turns Ctrl-C and SIGTERM into a request: the JVM's exit waits until the run has finished its step and written its
 * checkpoint. The exit status is then the signal's (130, 143).
 */
final class StopRequest implements BooleanSupplier, AutoCloseable {
    private static final long PATIENCE_MINUTES = 5;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::request, "graft-stop");
    /** Also of what follows the training: files are saved and pictures named. */
    private final ExitGuard.Work work = ExitGuard.begin();

    private volatile boolean requested;

    StopRequest() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void request() {
        requested = true;
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

    /** The run has ended; an exit need not wait any more. */
    @Override
    public void close() {
        work.close();
        done.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                requested = true; // the exit began this moment: the hook finds the latch open
            }
        }
    }
}
