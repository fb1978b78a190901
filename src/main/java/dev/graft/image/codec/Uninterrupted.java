package dev.graft.image.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Reads from channels in threads that may be interrupted. An interrupt closes a channel, but it does not mean that the
 * picture is unreadable. So the read is repeated, and the thread is interrupted again afterwards.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** A step that reads the file of a picture. */
    public interface Step<T> {
        T run() throws IOException;
    }

    /** Runs the step, which must open its channel itself, and returns its result. */
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
                Thread.interrupted(); // clears the flag; it is set again later
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
