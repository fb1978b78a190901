package dev.graft.image;

import dev.graft.files.InParallel;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the headers of many picture files in parallel. */
public final class PictureHeaders {
    private PictureHeaders() {}

    /**
     * Reads the header of each file: a few kilobytes each.
     *
     * @param threads number of threads, at least 1
     * @return one header for each file, in order; empty if it cannot be read (decoding the file reports the reason)
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public static List<Optional<PictureHeader>> of(List<Path> files, int threads) throws InterruptedIOException {
        return InParallel.map(files, threads, "headers", PictureHeaders::of);
    }

    private static Optional<PictureHeader> of(Path file) {
        try {
            return Optional.of(PictureHeader.read(file));
        } catch (PictureException e) {
            return Optional.empty();
        }
    }
}
