package dev.graft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Whether the file of a model that is in use has become another one. Whoever asks says then whether that one is in use now, {@link #loaded},
 * or cannot be, {@link #refused}. Used by one thread.
 */
final class ModelFile {
    /** What tells two versions of a file apart without reading them; the key is the file's own, which a renamed one brings along. */
    private record Version(long bytes, long modified, Object key) {
        static Version of(Path file) throws IOException {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(a.size(), a.lastModifiedTime().toMillis(), a.fileKey());
        }
    }

    private static final int LOOKS_UNTIL_AGAIN = 60;

    private final Path file;
    private Version used;
    private Version last; // at the last look
    private Version refused; // null for none
    private int looks; // until what was refused is tried again
    private int gone; // looks in a row that found no file

    /** The file as it is now is in use. */
    ModelFile(Path file) throws IOException {
        this.file = file;
        this.used = Version.of(file);
        this.last = used;
    }

    /**
     * Whether it is another file than the one in use, or than one that was refused, and has not changed since the last look: it is not being
     * written. A file that is gone has not changed.
     */
    boolean hasChanged() throws IOException {
        Version now;
        try {
            now = Version.of(file);
        } catch (NoSuchFileException e) {
            gone++;
            return false;
        }
        gone = 0;
        boolean settled = Objects.equals(now, last);
        last = now;
        if (!settled || now.equals(used)) return false;
        return !now.equals(refused) || --looks == 0;
    }

    /** Whether the file is gone for two looks: true once, until it has been there again. */
    boolean hasGone() {
        return gone == 2;
    }

    /** The file that was seen last is in use now. */
    void loaded() {
        used = last;
        refused = null;
    }

    /**
     * The file that was seen last cannot be used; the one before still is.
     *
     * @param mayPass whether it is worth another try after some looks, as when there was too little memory; else a changed file only is
     */
    void refused(boolean mayPass) {
        refused = last;
        looks = mayPass ? LOOKS_UNTIL_AGAIN : 0;
    }
}
