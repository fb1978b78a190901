package dev.graft.image;

import dev.graft.files.InParallel;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the pictures that cannot be read. */
public final class PictureCheck {
    private PictureCheck() {}

    /**
     * Reads the header of each file, or decodes the whole file. A header takes a few kilobytes and finds files that are
     * no pictures, have a format that is not read, or are cut at their start; only decoding finds all damage.
     *
     * @param whole whether each file is decoded
     * @param threads number of threads, at least 1
     * @return from each file that cannot be read to the reason, in the order of the files
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public static Map<Path, String> unreadable(List<Path> files, boolean whole, int threads)
            throws InterruptedIOException {
        return unreadable(files, whole ? Optional.of(GreyScaling.NONE) : Optional.empty(), threads);
    }

    /**
     * The same; a picture whose grey values cannot be scaled so cannot be read.
     *
     * @param whole how each file is decoded; empty for headers only
     */
    public static Map<Path, String> unreadable(List<Path> files, Optional<GreyScaling> whole, int threads)
            throws InterruptedIOException {
        PictureReader reader = new PictureReader(Preprocessing.standard().withGrey(whole.orElse(GreyScaling.NONE)));
        List<Optional<String>> reasons = InParallel.map(
                files, threads, "check", file -> whole.isPresent() ? decoded(reader, file) : header(file));
        Map<Path, String> unreadable = new LinkedHashMap<>();
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            reasons.get(i).ifPresent(why -> unreadable.put(file, why));
        }
        return unreadable;
    }

    private static Optional<String> header(Path file) {
        try {
            PictureHeader.read(file);
            return Optional.empty();
        } catch (PictureException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<String> decoded(PictureReader reader, Path file) {
        Resize size = reader.preprocessing().resize();
        try {
            reader.readBytes(file, ByteBuffer.allocate(size.height() * size.width() * 3));
            return Optional.empty();
        } catch (PictureException e) {
            return Optional.of(e.getMessage());
        }
    }
}
