package dev.graft.image;

import dev.graft.image.codec.Refusal;
import dev.graft.image.codec.Uninterrupted;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Gives what is thrown about a picture the name of its file. */
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
        } catch (OutOfMemoryError e) { // one large piece that did not fit: the next picture may well
            Refusal refusal = Refusal.memory(e);
            throw new PictureException(name + ": " + refusal.getMessage(), e);
        }
    }

    private static PictureException unreadable(String name, IOException e) {
        return new PictureException(name + ": cannot be read (" + e + "); allowed: readable files; check it", e);
    }
}
