package dev.graft.image.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Reads from channels in threads that may be interrupted. An interrupt closes a channel; whoever stops a thread does not mean that
 * its picture cannot be read, so it is read once more, and the thread is interrupted afterwards.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** What is done with a picture's file. */
    public interface Step<T> {
        T run() throws IOException;
    }

    /** What the step gives, which opens its channel itself. */
    public static <T> T run(Step<T> step) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return step.run();
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                } catch (UncheckedIOException e) {
                    if (!(e.getCause() instanceof ClosedByInterruptException)) throw e;
                    interrupted = true;
                }
                Thread.interrupted(); // it is remembered
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
