package dev.graft.image;

import dev.graft.image.codec.Refusal;
import dev.graft.image.codec.Uninterrupted;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Adds the name of the picture's file to exceptions. */
final class Named {
    private Named() {}

    static <T> T run(String name, Uninterrupted.Step<T> step) throws PictureException {
        try {
            return step.run();
        } catch (Refusal e) {
            throw new PictureException(name + ": " + e.getMessage(), e.getCause());
        } catch (IOException e) {
            throw unreadable(name, e);
        } catch (UncheckedIOException e) {
            throw unreadable(name, e.getCause());
        } catch (OutOfMemoryError e) { // one large allocation failed: the next picture may fit
            Refusal refusal = Refusal.memory(e);
            throw new PictureException(name + ": " + refusal.getMessage(), e);
        }
    }

    private static PictureException unreadable(String name, IOException e) {
        return new PictureException(name + ": cannot be read (" + e + "); allowed: readable files; check it", e);
    }
}
