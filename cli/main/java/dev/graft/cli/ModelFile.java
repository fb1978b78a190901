package dev.graft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Whether the file of a model that is in use has become another one. Used by one thread. */
final class ModelFile {
    /** What tells two versions of a file apart without reading them; the key is the file's own, which a renamed one brings along. */
    private record Version(long bytes, long modified, Object key) {
        static Version of(Path file) throws IOException {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(a.size(), a.lastModifiedTime().toMillis(), a.fileKey());
        }
    }

    private final Path file;
    private Version used;
    private Version last; // at the last look

    /** The file as it is now is in use. */
    ModelFile(Path file) throws IOException {
        this.file = file;
        this.used = Version.of(file);
        this.last = used;
    }

    /**
     * Whether it is another file than the one in use, and has not changed since the last look: it is not being written. Then it counts as
     * in use. A file that is gone has not changed.
     */
    boolean hasChanged() throws IOException {
        Version now;
        try {
            now = Version.of(file);
        } catch (NoSuchFileException e) {
            return false;
        }
        boolean settled = Objects.equals(now, last);
        last = now;
        if (!settled || now.equals(used)) return false;
        used = now;
        return true;
    }
}
